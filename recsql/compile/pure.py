"""Functions that only compute: what the read-only guard lets through; all others are refused.

Each name was read against its engines' documentation: it writes nothing, reads no file, opens no
connection, waits for nothing, and tells nothing about the session or the server. A name counts on
every engine, so one that does more on any of them is not here. Clocks and random numbers are.
"""

from __future__ import annotations

import re

_TYPED = """
    Abs Acos Acosh AddMonths And AnyValue ApproxDistinct ApproxPercentileAccumulate
    ApproxPercentileCombine ApproxPercentileEstimate ApproxQuantile ApproxQuantiles ApproxTopK
    ApproxTopKAccumulate ApproxTopKCombine ApproxTopKEstimate ApproxTopSum ApproximateSimilarity
    ArgMax ArgMin Array ArrayAgg ArrayAll ArrayAny ArrayAppend ArrayCompact ArrayConcat
    ArrayConcatAgg ArrayConstructCompact ArrayContainedBy ArrayContains ArrayContainsAll
    ArrayDistinct ArrayExcept ArrayFilter ArrayFirst ArrayInsert ArrayIntersect ArrayLast
    ArrayMax ArrayMin ArrayOverlaps ArrayPosition ArrayPrepend ArrayRemove ArrayRemoveAt
    ArrayReverse ArraySize ArraySlice ArraySort ArraySum ArrayToString ArrayUnionAgg
    ArrayUniqueAgg ArraysZip Ascii Asin Asinh Atan Atan2 Atanh Avg Base64DecodeBinary
    Base64DecodeString Base64Encode BitLength BitmapBitPosition BitmapBucketNumber
    BitmapConstructAgg BitmapCount BitmapOrAgg BitwiseAndAgg BitwiseCount BitwiseOrAgg
    BitwiseXorAgg Booland Boolnot Boolor BoolxorAgg ByteLength Case Cast CastToStrType Cbrt Ceil
    CheckJson Chr CityHash64 Coalesce CodePointsToBytes CodePointsToString Collate Collation
    Columns Compress Concat ConcatWs ConnectByRoot Contains Convert ConvertTimezone
    ConvertToCharset Corr Cos Cosh CosineDistance Cot Coth Count CountIf CovarPop CovarSamp Csc
    Csch CumeDist CurrentDate CurrentDatetime CurrentTime CurrentTimestamp CurrentTimestampLTZ
    Date DateAdd DateBin DateDiff DateFromParts DateFromUnixDate DateStrToDate DateSub
    DateToDateStr DateToDi DateTrunc Datetime DatetimeAdd DatetimeDiff DatetimeSub DatetimeTrunc
    Day DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Dayname Decode DecodeCase DecompressBinary
    DecompressString Degrees DenseRank DiToDate DotProduct Elt Encode EndsWith EqualNull
    EuclideanDistance Exists Exp Explode ExplodingGenerateSeries Extract Factorial
    FarmFingerprint First FirstValue Flatten Float64 Floor Format FromBase FromBase32 FromBase64
    FromISO8601Date FromISO8601Timestamp FromISO8601TimestampNanos FromJson GapFill
    GenerateDateArray GenerateSeries GenerateTimestampArray Generator GetExtract GetIgnoreCase
    Getbit Greatest GroupConcat Grouping GroupingId HashAgg Hex HexDecodeString Hll Host Hour If
    Initcap Inline Int64 IsArray IsAscii IsInf IsNan IsNullValue JSONArray JSONArrayAgg
    JSONArrayAppend JSONArrayContains JSONArrayInsert JSONBContains JSONBContainsAllTopKeys
    JSONBContainsAnyTopKeys JSONBContainsTopKey JSONBDeleteAtPath JSONBExists JSONBExtract
    JSONBExtractScalar JSONBObjectAgg JSONBPathExists JSONBool JSONCast JSONExists JSONExtract
    JSONExtractArray JSONExtractScalar JSONFormat JSONKeys JSONKeysAtDepth JSONObject
    JSONObjectAgg JSONRemove JSONSet JSONStripNulls JSONTable JSONType JSONValueArray
    JarowinklerSimilarity JustifyDays JustifyHours JustifyInterval Kurtosis Lag Last LastDay
    LastValue LaxBool LaxFloat64 LaxInt64 LaxString Lead Least Left Length Levenshtein List Ln
    Localtime Localtimestamp Log LogicalAnd LogicalOr Lower LowerHex MD5 MD5Digest
    MD5NumberLower64 MD5NumberUpper64 MakeInterval ManhattanDistance Map MapCat MapContainsKey
    MapDelete MapFromEntries MapInsert MapKeys MapPick MapSize MatchAgainst Max Median Min
    Minhash MinhashCombine Minute Mode Month Monthname MonthsBetween Nanvl Negative NetFunc
    NextDay Normal Normalize NthValue Ntile Nullif NumberToStr Nvl2 ObjectAgg ObjectInsert
    ObjectTransform OpenJSON Or Overlay Pad ParseBignumeric ParseDatetime ParseIp ParseJSON
    ParseNumeric ParseTime ParseUrl PercentRank PercentileCont PercentileDisc Pi Posexplode
    PosexplodeOuter Pow PreviousDay Quantile Quarter Radians Rand Randn Randstr RangeBucket
    RangeN Rank Reduce RegDomain RegexpCount RegexpExtract RegexpExtractAll RegexpFullMatch
    RegexpILike RegexpInstr RegexpLike RegexpReplace RegexpSplit RegexpSubstr RegrAvgx RegrAvgy
    RegrCount RegrIntercept RegrR2 RegrSlope RegrSxx RegrSxy RegrSyy RegrValx RegrValy Repeat
    Replace Reverse Right Rint Round RowNumber RtrimmedLength SHA SHA1Digest SHA2 SHA2Digest
    SafeAdd SafeConvertBytesToString SafeDivide SafeFunc SafeMultiply SafeNegate SafeSubtract
    Search SearchIp Sec Sech Second Seq1 Seq2 Seq4 Seq8 Shuffle Sign Sin Sinh Skewness Soundex
    SoundexP123 Space Split SplitPart SplitToTable Sqrt StDistance StPoint Stack StandardHash
    StarMap StartsWith Stddev StddevPop StddevSamp StrPosition StrToDate StrToMap StrToTime
    StrToUnix String StringToArray StripNullValue Strtok StrtokSplitToTable StrtokToArray Struct
    StructExtract Stuff Substring SubstringIndex Sum Systimestamp Tan Tanh Time TimeAdd TimeDiff
    TimeFromParts TimeSlice TimeStrToDate TimeStrToTime TimeStrToUnix TimeSub TimeToStr
    TimeToTimeStr TimeToUnix TimeTrunc Timestamp TimestampAdd TimestampDiff TimestampFromParts
    TimestampLtzFromParts TimestampSub TimestampTrunc TimestampTzFromParts ToArray ToBase32
    ToBase64 ToBinary ToBoolean ToChar ToCodePoints ToDays ToDecfloat ToDouble ToMap ToNumber
    ToVariant Transform Translate Trim Trunc Try TryBase64DecodeBinary TryBase64DecodeString
    TryCast TryHexDecodeBinary TryHexDecodeString TryToDecfloat TsOrDiToDi TsOrDsAdd TsOrDsDiff
    TsOrDsToDate TsOrDsToDateStr TsOrDsToDatetime TsOrDsToTime TsOrDsToTimestamp Typeof Unhex
    Unicode Uniform UnixDate UnixMicros UnixMillis UnixSeconds UnixToStr UnixToTime
    UnixToTimeStr Unnest Upper UtcDate UtcTime UtcTimestamp Uuid VarMap Variance VariancePop
    Week WeekOfYear WeekStart WeightString WidthBucket Xor Year YearOfWeek YearOfWeekIso Zipf
"""
"""Functions that sqlglot knows, by its own names."""

_BY_NAME = """
    add age ago approx_count_distinct arbitrary arg_max_null arg_max_nulls_last arg_min_null
    arg_min_nulls_last argmax argmin array_aggr array_aggregate array_apply array_cat
    array_cosine_distance array_cosine_similarity array_cross_product array_distance
    array_dot_product array_extract array_grade_up array_has array_has_all array_has_any
    array_indexof array_inner_product array_length array_negative_dot_product
    array_negative_inner_product array_pop_back array_pop_front array_push_back array_push_front
    array_reduce array_resize array_reverse_sort array_select array_to_json array_transform
    array_unique array_value array_where array_zip assert_true bar bin binom bit_and bit_count
    bit_or bit_position bit_xor bitstring bitstring_agg bool_and bool_or cardinality ceiling
    century char_length character_length constant_or_null count_star countif damerau_levenshtein
    date_part datediff datepart datesub datetrunc dayofmonth dayofweek dayofyear days_in_month
    decade divide editdist3 element_at entropy enum_code enum_first enum_last enum_range
    enum_range_boundary epoch epoch_ms epoch_ns epoch_us equi_width_bins era even favg filter
    format_bytes formatreadabledecimalsize formatreadablesize from_hex from_json_strict fsum
    gamma gcd generate_subscripts geomean geometric_mean get_bit grade_up
    greatest_common_divisor hamming hash histogram histogram_exact ilike_escape instr isfinite
    isinf isnan isodow isoyear jaccard jaro_similarity jaro_winkler_similarity json
    json_array_length json_contains json_deep_merge json_extract_path json_extract_path_text
    json_extract_string json_group_array json_group_object json_insert json_merge_patch
    json_merge_patch_diff json_normalize json_pretty json_quote json_replace json_structure
    json_transform json_transform_strict json_valid json_value julian kahan_sum kurtosis_pop
    lcase lcm least_common_multiple left_grapheme len length_grapheme lgamma like_escape
    list_aggr list_aggregate list_any_value list_append list_apply list_approx_count_distinct
    list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat
    list_concat list_contains list_cosine_distance list_cosine_similarity list_count
    list_distance list_distinct list_dot_product list_element list_entropy list_extract
    list_filter list_first list_grade_up list_has list_has_all list_has_any list_histogram
    list_indexof list_inner_product list_intersect list_kurtosis list_kurtosis_pop list_last
    list_mad list_max list_median list_min list_mode list_negative_dot_product
    list_negative_inner_product list_pack list_position list_prepend list_product list_reduce
    list_resize list_reverse list_reverse_sort list_select list_sem list_skewness list_slice
    list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform
    list_unique list_value list_var_pop list_var_samp list_where list_zip listagg log10 log2
    lpad ltrim lttb mad make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns
    make_timestamptz map_concat map_contains map_contains_entry map_contains_value map_entries
    map_extract map_extract_value map_values max_by md5_number md5_number_lower md5_number_upper
    mean microsecond millennium millisecond min_by mismatches mod multiply nanosecond nextafter
    nfc_normalize not_ilike_escape not_like_escape now octet_length ord parse_dirname
    parse_dirpath parse_filename parse_formatted_bytes parse_path path_join position power
    prefix printf product quantile_cont quantile_disc range regexp_escape regexp_matches
    regexp_split_to_array regexp_split_to_table reservoir_quantile right_grapheme round_even
    roundbankers row row_to_json rpad rtrim sem set_bit sha1 sha256 signbit st_asbinary
    st_asgeojson st_astext st_aswkb st_aswkt st_crs st_geomfromgeojson st_geomfromwkb
    st_intersects_extent st_setcrs str_split str_split_regex strftime string_agg string_split
    string_split_regex strip_accents strlen strpos strptime struct_concat struct_contains
    struct_extract_at struct_has struct_indexof struct_insert struct_keys struct_pack
    struct_position struct_update struct_values substr substring_grapheme subtract suffix
    sumkahan switch time_bucket timezone timezone_hour timezone_minute to_base to_centuries
    to_decades to_hex to_hours to_json to_microseconds to_millennia to_milliseconds to_minutes
    to_months to_quarters to_seconds to_timestamp to_weeks to_years today transaction_timestamp
    try_strptime ucase unbin union_extract union_tag union_value unpivot_list url_decode
    url_encode uuid_extract_timestamp uuid_extract_version var_pop var_samp variant_array_length
    variant_contains variant_exists variant_extract variant_extract_string variant_keys
    variant_type variant_typeof wavg weekday weekofyear weighted_avg yearweek
    random uuid gen_random_uuid statement_timestamp clock_timestamp timeofday getdate sysdate
    count_if try_cast ifnull isnull nvl nvl2 iif decode zeroifnull nullifzero div0 div0null
    equal_null zeros numbers sequence json_each json_tree json_array_elements
    json_array_elements_text json_object_keys jsonb_array_elements jsonb_array_elements_text
    jsonb_each jsonb_each_text json_each_text jsonb_object_keys jsonb_extract_path
    jsonb_extract_path_text jsonb_array_length jsonb_typeof json_typeof jsonb_pretty jsonb_set
    jsonb_strip_nulls json_strip_nulls jsonb_build_object json_build_object jsonb_build_array
    json_build_array to_jsonb jsonb_agg json_agg jsonb_object_agg json_object_agg
    jsonb_path_query jsonb_path_query_first jsonb_to_recordset json_to_recordset jsonb_to_record
    json_to_record btrim left right ascii chr initcap translate quote_literal quote_ident
    quote_nullable regexp_match regexp_substr regexp_instr regexp_count regexp_like
    string_to_table string_to_array to_char to_date to_number date_bin justify_days
    justify_hours justify_interval make_interval scale trim_scale min_scale width_bucket cbrt
    trunc erf num_nulls num_nonnulls array_fill array_dims array_lower array_upper array_ndims
    array_replace array_positions unnest every percentile_cont percentile_disc mode covar_pop
    covar_samp regr_slope regr_intercept stddev variance int4range int8range numrange daterange
    tsrange tstzrange lower_inc upper_inc isempty host masklen network family digest sha224
    sha384 sha512 crc32 crc32c encode convert_from convert_to similarity word_similarity
    levenshtein soundex metaphone dmetaphone unaccent bit_length overlay row_number rank
    dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value grouping
    todate todate32 todatetime todatetime64 tostring toint8 toint16 toint32 toint64 touint8
    touint16 touint32 touint64 tofloat32 tofloat64 todecimal32 todecimal64 todecimal128 touuid
    tofixedstring tointorzero tounixtimestamp tounixtimestamp64milli tounixtimestamp64micro
    fromunixtimestamp fromunixtimestamp64milli fromunixtimestamp64micro parsedatetimebesteffort
    parsedatetimebesteffortornull toyear tomonth tohour tominute tosecond todayofweek
    todayofmonth todayofyear toisoweek toisoyear tomonday tostartofday tostartofhour
    tostartofminute tostartofweek tostartofmonth tostartofquarter tostartofyear
    tostartofinterval totimezone toyyyymm toyyyymmdd dateadd addseconds addminutes addhours
    adddays addweeks addmonths addyears subtractseconds subtractminutes subtracthours
    subtractdays nullif assumenotnull tonullable coalesce multiif empty notempty length
    lengthutf8 lowerutf8 upperutf8 substringutf8 positioncaseinsensitive match extract
    extractall replaceone replaceall replaceregexpone replaceregexpall splitbychar splitbystring
    arraystringconcat startswith endswith md5 siphash64 siphash128 cityhash64 xxhash32 xxhash64
    murmurhash3_64 farmhash64 hex unhex reverse reinterpretasuint32 reinterpretasuint64
    reinterpretasint64 bitand bitor bitxor bitshiftleft bitshiftright intdiv intdivorzero modulo
    positivemodulo isinfinite exp2 exp10 greatest least array arrayjoin arraymap arrayfilter
    arraycount arraysum arrayavg arraymin arraymax arrayexists arrayall arrayfirst arraysort
    arrayreversesort arraydistinct arrayuniq arrayconcat arrayelement arrayslice arrayenumerate
    arrayzip arrayreduce has hasall hasany indexof countequal tuple tupleelement map mapkeys
    mapvalues mapcontains jsonextract jsonextractstring jsonextractint jsonextractfloat
    jsonextractbool jsonextractraw jsonhas jsonlength visitparamextractstring
    visitparamextractint uniq uniqexact uniqcombined uniqhll12 quantile quantiles quantileexact
    quantiletdigest quantiletiming median any anylast anyheavy avgweighted grouparray
    groupuniqarray grouparraysorted groupbitand groupbitor sumwithoverflow summap topk corr
    covarpop covarsamp stddevpop stddevsamp varpop varsamp skewpop kurtpop
    simplelinearregression deltasum windowfunnel retention sequencematch sequencecount
    lagingframe leadinframe rand rand64 generateuuidv4 formatreadablequantity to_timestamp_ntz
    to_timestamp_ltz to_timestamp_tz try_to_timestamp try_to_date try_to_number try_to_decimal
    try_to_double try_parse_json try_to_boolean timestampadd timestampdiff date_from_parts
    timestamp_from_parts time_slice object_construct object_construct_keep_null object_keys
    object_agg array_construct array_size array_agg array_to_string get get_path is_null_value
    as_varchar as_integer as_double hll approx_percentile approx_top_k booland_agg boolor_agg
    conditional_true_event conditional_change_event ratio_to_report haversine
    jarowinkler_similarity editdistance regr_valx sha1_hex sha2_hex md5_hex uniform randstr seq4
    seq8 safe_divide safe_cast safe_multiply safe_add safe_subtract safe_negate timestamp_micros
    timestamp_millis timestamp_seconds unix_micros unix_millis unix_seconds unix_date
    timestamp_add timestamp_sub timestamp_diff timestamp_trunc datetime_add datetime_sub
    datetime_diff datetime_trunc date_add date_sub date_diff date_trunc parse_date
    parse_timestamp parse_datetime format_date format_timestamp format_datetime extract_date
    generate_array generate_date_array generate_timestamp_array array_concat_agg
    approx_quantiles approx_top_count farm_fingerprint to_base64 from_base64 to_json_string
    json_extract_scalar json_query json_query_array json_value_array json_extract_array
    regexp_extract regexp_extract_all regexp_contains regexp_replace logical_and logical_or
    ieee_divide is_nan is_inf net_host offset ordinal safe_offset to_utc_timestamp
    from_utc_timestamp unix_timestamp from_unixtime date_format to_unixtime
    from_iso8601_timestamp from_iso8601_date at_timezone with_timezone months_between add_months
    last_day next_day conv murmur_hash collect_list collect_set percentile percentile_approx
    posexplode posexplode_outer explode_outer inline_outer size sort_array array_contains
    array_union array_intersect array_except get_json_object from_json schema_of_json
    named_struct map_from_arrays str_to_map aggregate reduce forall transform split_part
    concat_ws substring_index rlike bround pmod shiftleft shiftright bit_get approx_distinct
    checksum to_utf8 from_utf8 from_base url_extract_host url_extract_path url_extract_parameter
    url_extract_query json_parse json_format json_array_get contains zip_with numeric_histogram
    try strtol st_point st_distance st_x st_y st_within st_contains st_intersects st_makepoint
    st_area st_length h3_latlng_to_cell
"""
"""Functions that some version of sqlglot takes as they are written, in lower case."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

TYPED = frozenset(_TYPED.split())

NAMES = frozenset(_BY_NAME.split()) | {_WORD.sub("_", name).lower() for name in TYPED}
