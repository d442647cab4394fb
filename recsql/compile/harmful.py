"""Functions that do more than compute, by the worst that each does.

The guard refuses whatever is not in `pure`; these lists only say why, and which functions read
files or reach out, so that a mapping's `from:` may name them. Keys are values of `guard.Reason`.
"""

from __future__ import annotations

from collections.abc import Mapping


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


FILES = _names(
    """read_csv read_csv_auto sniff_csv read_parquet parquet_scan parquet_metadata parquet_schema
    parquet_file_metadata parquet_kv_metadata read_json read_json_auto read_json_objects
    read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_text read_blob
    glob read_xlsx read_avro st_read st_read_meta iceberg_scan iceberg_metadata iceberg_snapshots
    delta_scan sqlite_scan ducklake_table_info file read_files loadfile load_file arrow_scan
    arrow_scan_dumb pandas_scan python_map_function seq_scan filecluster"""
)
NETWORK = _names(
    """url urlcluster s3 s3cluster gcs hdfs hdfscluster azureblobstorage azureblobstoragecluster
    remote remotesecure cluster clusterallreplicas mysql postgresql mongodb sqlite odbc jdbc redis
    iceberg icebergs3 iceberglocal deltalake hudi postgres_scan postgres_scan_pushdown mysql_scan
    dblink dblink_connect dblink_connect_u dblink_open dblink_fetch dblink_send_query
    dblink_get_result http_get http_post shellfs kafka nats rabbitmq ytsaurus"""
)
KINDS: Mapping[str, frozenset[str]] = {
    "reads_files": FILES
    | _names(
        """pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file pg_ls_logdir pg_ls_waldir
        pg_ls_tmpdir pg_ls_archive_statusdir lo_import lo_export pg_file_write pg_file_read
        pg_file_rename pg_file_unlink pg_file_sync pg_logdir_ls pg_current_logfile"""
    ),
    "reaches_out": NETWORK,
    "runs_sql": _names(
        """query query_table json_execute_serialized_sql from_substrait from_substrait_json
        postgres_query mysql_query postgres_execute mysql_execute sqlite_query query_to_xml
        query_to_xmlschema query_to_xml_and_xmlschema table_to_xml schema_to_xml database_to_xml
        cursor_to_xml table_to_xmlschema schema_to_xmlschema database_to_xmlschema ts_stat
        ts_rewrite dblink_exec external_query executable executablepool view crosstab connectby
        xpath_table system$query openquery openrowset opendatasource plpy cron_schedule
        eval catboostevaluate modelevaluate java_method reflect try_reflect"""
    ),
    "changes_state": _names(
        """nextval setval currval lastval set_config setseed pg_advisory_lock pg_try_advisory_lock
        pg_advisory_xact_lock pg_try_advisory_xact_lock pg_advisory_lock_shared pg_advisory_unlock
        pg_advisory_unlock_all lo_create lo_creat lo_unlink lo_put lo_from_bytea lo_open lowrite
        loread lo_truncate lo_close lo_lseek pg_notify pg_reload_conf pg_rotate_logfile
        pg_switch_wal pg_create_restore_point pg_backup_start pg_backup_stop pg_start_backup
        pg_stop_backup pg_promote pg_wal_replay_pause pg_wal_replay_resume pg_stat_reset
        pg_stat_reset_shared pg_stat_reset_single_table_counters pg_stat_statements_reset
        pg_logical_emit_message pg_create_logical_replication_slot pg_drop_replication_slot
        pg_create_physical_replication_slot pg_replication_slot_advance pg_export_snapshot
        pg_import_system_collations pg_extension_config_dump pg_logical_slot_get_changes
        txid_current pg_current_xact_id brin_summarize_new_values gin_clean_pending_list
        pg_prewarm checkpoint force_checkpoint write_log enable_logging disable_logging
        enable_profiling disable_profiling truncate_duckdb_logs add_parquet_key
        create_fts_index drop_fts_index get_lock release_lock release_all_locks
        pg_replication_origin_create pg_log_standby_snapshot pg_set_attribute_stats
        pg_restore_relation_stats pg_clear_relation_stats import_foreign_statistics
        register_geoarrow_extensions load_aws_credentials throwif nextvaluefor"""
    ),
    "disturbs": _names(
        """pg_sleep pg_sleep_for pg_sleep_until pg_terminate_backend pg_cancel_backend
        pg_log_backend_memory_contexts sleep sleepeachrow sleep_ms benchmark
        system$wait system$cancel_query system$abort_session system$cancel_all_queries
        generaterandomstructure fuzzquery"""
    ),
    "tells_secrets": _names(
        """getenv current_setting duckdb_secrets which_secret duckdb_settings getvariable
        pg_show_all_settings pg_show_all_file_settings pg_hba_file_rules pg_ident_file_mappings
        pg_settings pg_stat_get_activity getsetting getmacro get_session_param
        current_query current_connection_id version current_version hostname fqdn uptime
        currentuser inet_server_addr
        inet_client_addr session_user current_user pg_get_userbyid pg_config duckdb_logs
        system$get_login_failure_details secret session_context getserversetting"""
    ),
    "system_table": _names(
        """duckdb_tables duckdb_columns duckdb_databases duckdb_schemas duckdb_views duckdb_indexes
        duckdb_constraints duckdb_functions duckdb_extensions duckdb_keywords duckdb_types
        duckdb_sequences duckdb_dependencies duckdb_memory duckdb_temporary_files duckdb_optimizers
        duckdb_variables duckdb_prepared_statements duckdb_log_contexts duckdb_approx_database_size
        duckdb_connection_count duckdb_external_file_cache duckdb_coordinate_systems
        pragma_table_info pragma_database_size pragma_storage_info pragma_show pragma_version
        pragma_platform pragma_user_agent pragma_collations pragma_metadata_info show_tables
        show_databases storage_info table_info database_size dictionary dictget dictgetordefault
        dictgetornull dicthas joinget mergetreeindex pg_get_viewdef pg_get_functiondef
        pg_relation_size pg_total_relation_size pg_database_size pg_table_size loop"""
    ),
}
