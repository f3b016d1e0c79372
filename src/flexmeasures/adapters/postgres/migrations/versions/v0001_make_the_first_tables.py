"""Make the first tables.

Beliefs have no foreign keys, for speed: a trigger removes them together with their series, which has them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REMOVE_BELIEFS = """
CREATE FUNCTION remove_beliefs_of_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM belief WHERE sensor_id = OLD.sensor_id AND source_id = OLD.source_id;
  RETURN NULL;
END $$;
CREATE TRIGGER remove_beliefs_of_series AFTER DELETE ON belief_series
FOR EACH ROW EXECUTE FUNCTION remove_beliefs_of_series();
"""


def upgrade() -> None:
    """Bring the schema from nothing to 0001."""
    op.create_table(
        "account_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=255), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("account_role_pkey")),
        sa.UniqueConstraint("name", name=op.f("account_role_name_key")),
    )
    op.create_table(
        "asset_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("hover_label", sa.String(length=80), nullable=True),
        sa.Column("is_consumer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_producer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("can_curtail", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("can_shift", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("daily_seasonality", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("weekly_seasonality", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("yearly_seasonality", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("asset_type_pkey")),
        sa.UniqueConstraint("name", name=op.f("asset_type_name_key")),
    )
    op.create_table(
        "belief",
        sa.Column("sensor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("event_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("belief_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cumulative_probability", sa.Double(), server_default=sa.text("0.5"), nullable=False),
        sa.Column("event_value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint(
            "sensor_id",
            "source_id",
            "event_start",
            "belief_time",
            "cumulative_probability",
            name=op.f("belief_pkey"),
            postgresql_include=["event_value"],
        ),
        postgresql_with={
            "autovacuum_vacuum_insert_threshold": "50000",
            "autovacuum_vacuum_insert_scale_factor": "0.02",
            "autovacuum_analyze_scale_factor": "0.05",
        },
    )
    op.create_table(
        "latest_task_run",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("latest_task_run_pkey")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("default_rate_limit", sa.String(length=80), nullable=True),
        sa.Column("trigger_rate_limit", sa.String(length=80), nullable=True),
        sa.Column("rate_limit_key", sa.String(length=80), nullable=True),
        sa.Column("max_users", sa.Integer(), nullable=True),
        sa.Column("max_assets", sa.Integer(), nullable=True),
        sa.Column("max_clients", sa.Integer(), nullable=True),
        sa.Column("legacy", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_pkey")),
        sa.UniqueConstraint("name", name=op.f("plan_name_key")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=255), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("role_pkey")),
        sa.UniqueConstraint("name", name=op.f("role_name_key")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("primary_color", sa.String(length=7), nullable=True),
        sa.Column("secondary_color", sa.String(length=7), nullable=True),
        sa.Column("logo_url", sa.String(length=255), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("secrets", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("consultancy_account_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultancy_account_id"],
            ["account.id"],
            name=op.f("account_consultancy_account_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("account_plan_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("name", name=op.f("account_name_key")),
    )
    op.create_index(
        op.f("account_consultancy_account_id_idx"), "account", ["consultancy_account_id"], unique=False
    )
    op.create_index(op.f("account_plan_id_idx"), "account", ["plan_id"], unique=False)
    op.create_table(
        "fm_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("login_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("timezone", sa.String(length=80), server_default="UTC", nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fm_user_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fm_user_pkey")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("fm_user_fs_uniquifier_key")),
        sa.UniqueConstraint("username", name=op.f("fm_user_username_key")),
    )
    op.create_index(op.f("fm_user_account_id_idx"), "fm_user", ["account_id"], unique=False)
    op.create_index("fm_user_email_key", "fm_user", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "roles_accounts",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("roles_accounts_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["account_role.id"], name=op.f("roles_accounts_role_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role_id", name=op.f("roles_accounts_pkey")),
    )
    op.create_index(op.f("roles_accounts_role_id_idx"), "roles_accounts", ["role_id"], unique=False)
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("description", sa.String(length=255), server_default="", nullable=False),
        sa.Column("asset_type_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("parent_asset_id", sa.Integer(), nullable=True),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("secrets", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column(
            "flex_context",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "flex_model",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "sensors_to_show",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "sensors_to_show_as_kpis",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("asset_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asset_type_id"], ["asset_type.id"], name=op.f("asset_asset_type_id_fkey")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["fm_user.id"], name=op.f("asset_owner_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_asset_id"], ["asset.id"], name=op.f("asset_parent_asset_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("asset_pkey")),
        sa.UniqueConstraint("account_id", "external_id", name=op.f("asset_account_id_external_id_key")),
    )
    op.create_index(op.f("asset_asset_type_id_idx"), "asset", ["asset_type_id"], unique=False)
    op.create_index(
        "asset_name_key", "asset", [sa.literal_column("coalesce(account_id, 0)"), "name"], unique=True
    )
    op.create_index(op.f("asset_owner_id_idx"), "asset", ["owner_id"], unique=False)
    op.create_index(op.f("asset_parent_asset_id_idx"), "asset", ["parent_asset_id"], unique=False)
    op.create_table(
        "data_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=True),
        sa.Column("version", sa.String(length=40), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("data_source_account_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["fm_user.id"], name=op.f("data_source_user_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("data_source_pkey")),
    )
    op.create_index(op.f("data_source_account_id_idx"), "data_source", ["account_id"], unique=False)
    op.create_index(
        "data_source_key",
        "data_source",
        [
            "name",
            "type",
            sa.literal_column("coalesce(user_id, 0)"),
            sa.literal_column("coalesce(account_id, 0)"),
            sa.literal_column("coalesce(model, '')"),
            sa.literal_column("coalesce(version, '')"),
        ],
        unique=True,
        postgresql_where=sa.text("user_id IS NOT NULL OR type <> 'user'"),
    )
    op.create_index(op.f("data_source_type_idx"), "data_source", ["type"], unique=False)
    op.create_index(op.f("data_source_user_id_idx"), "data_source", ["user_id"], unique=False)
    op.create_table(
        "roles_users",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("roles_users_role_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["fm_user.id"], name=op.f("roles_users_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("roles_users_pkey")),
    )
    op.create_index(op.f("roles_users_role_id_idx"), "roles_users", ["role_id"], unique=False)
    op.create_table(
        "annotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("belief_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("content", sa.String(length=1024), nullable=False),
        sa.CheckConstraint(
            "type IN ('alert', 'holiday', 'label', 'feedback', 'warning', 'error')",
            name=op.f("annotation_type_check"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["data_source.id"], name=op.f("annotation_source_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("annotation_pkey")),
        sa.UniqueConstraint(
            "content",
            "start",
            "belief_time",
            "source_id",
            "type",
            name=op.f("annotation_content_start_belief_time_source_id_type_key"),
        ),
    )
    op.create_index(op.f("annotation_source_id_idx"), "annotation", ["source_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column(
            "arguments",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column(
            "result",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("job_asset_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("job_pkey")),
        sa.UniqueConstraint("key", name=op.f("job_key_key")),
    )
    op.create_index(op.f("job_asset_id_idx"), "job", ["asset_id"], unique=False)
    op.create_index("job_created_idx", "job", ["created"], unique=False)
    op.create_index("job_queue_state_created_idx", "job", ["queue", "state", "created"], unique=False)
    op.create_table(
        "sensor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=80), server_default="", nullable=False),
        sa.Column("timezone", sa.String(length=80), server_default="UTC", nullable=False),
        sa.Column("event_resolution", sa.Interval(), server_default="PT0S", nullable=False),
        sa.Column("quantity", sa.String(length=80), server_default="", nullable=False),
        sa.Column("consumption_is_positive", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("knowledge_horizon_fnc", sa.String(length=80), server_default="ex_post", nullable=False),
        sa.Column(
            "knowledge_horizon_par",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text('\'{"ex_post_horizon": "PT0S"}\'::jsonb'),
            nullable=False,
        ),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("sensor_asset_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sensor_pkey")),
        sa.UniqueConstraint("asset_id", "name", name=op.f("sensor_asset_id_name_key")),
    )
    op.create_index(op.f("sensor_quantity_idx"), "sensor", ["quantity"], unique=False)
    op.create_table(
        "udi_event",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("soc", sa.Double(), nullable=False),
        sa.Column(
            "targets",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("efficiency", sa.Double(), nullable=True),
        sa.Column("soc_min", sa.Double(), nullable=True),
        sa.Column("soc_max", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("udi_event_asset_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "event_id", "type", name=op.f("udi_event_pkey")),
    )
    op.create_table(
        "annotations_accounts",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("annotations_accounts_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["annotation_id"],
            ["annotation.id"],
            name=op.f("annotations_accounts_annotation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "annotation_id", name=op.f("annotations_accounts_pkey")),
    )
    op.create_index(
        op.f("annotations_accounts_annotation_id_idx"),
        "annotations_accounts",
        ["annotation_id"],
        unique=False,
    )
    op.create_table(
        "annotations_assets",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotation_id"],
            ["annotation.id"],
            name=op.f("annotations_assets_annotation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("annotations_assets_asset_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "annotation_id", name=op.f("annotations_assets_pkey")),
    )
    op.create_index(
        op.f("annotations_assets_annotation_id_idx"), "annotations_assets", ["annotation_id"], unique=False
    )
    op.create_table(
        "annotations_sensors",
        sa.Column("sensor_id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotation_id"],
            ["annotation.id"],
            name=op.f("annotations_sensors_annotation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sensor_id"], ["sensor.id"], name=op.f("annotations_sensors_sensor_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sensor_id", "annotation_id", name=op.f("annotations_sensors_pkey")),
    )
    op.create_index(
        op.f("annotations_sensors_annotation_id_idx"), "annotations_sensors", ["annotation_id"], unique=False
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=500), nullable=False),
        sa.Column("active_user_id", sa.Integer(), nullable=True),
        sa.Column("active_user_name", sa.String(length=255), nullable=True),
        sa.Column("affected_user_id", sa.Integer(), nullable=True),
        sa.Column("affected_account_id", sa.Integer(), nullable=True),
        sa.Column("affected_asset_id", sa.Integer(), nullable=True),
        sa.Column("affected_sensor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["active_user_id"],
            ["fm_user.id"],
            name=op.f("audit_log_active_user_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["affected_account_id"],
            ["account.id"],
            name=op.f("audit_log_affected_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["affected_asset_id"],
            ["asset.id"],
            name=op.f("audit_log_affected_asset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["affected_sensor_id"],
            ["sensor.id"],
            name=op.f("audit_log_affected_sensor_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["affected_user_id"],
            ["fm_user.id"],
            name=op.f("audit_log_affected_user_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_log_pkey")),
    )
    op.create_index(
        "audit_log_active_user_id_idx", "audit_log", ["active_user_id", "event_datetime"], unique=False
    )
    op.create_index(
        "audit_log_affected_account_id_idx",
        "audit_log",
        ["affected_account_id", "event_datetime"],
        unique=False,
    )
    op.create_index(
        "audit_log_affected_asset_id_idx", "audit_log", ["affected_asset_id", "event_datetime"], unique=False
    )
    op.create_index(
        "audit_log_affected_sensor_id_idx",
        "audit_log",
        ["affected_sensor_id", "event_datetime"],
        unique=False,
    )
    op.create_index(
        "audit_log_affected_user_id_idx", "audit_log", ["affected_user_id", "event_datetime"], unique=False
    )
    op.create_table(
        "belief_series",
        sa.Column("sensor_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("probabilistic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("many_beliefs", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("forecasts", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("measurements", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["sensor_id"], ["sensor.id"], name=op.f("belief_series_sensor_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["data_source.id"], name=op.f("belief_series_source_id_fkey")),
        sa.PrimaryKeyConstraint("sensor_id", "source_id", name=op.f("belief_series_pkey")),
    )
    op.create_index(op.f("belief_series_source_id_idx"), "belief_series", ["source_id"], unique=False)
    op.execute(REMOVE_BELIEFS)


def downgrade() -> None:
    """Bring the schema back from 0001 to nothing."""
    op.drop_index(op.f("belief_series_source_id_idx"), table_name="belief_series")
    op.drop_table("belief_series")
    op.drop_index("audit_log_affected_user_id_idx", table_name="audit_log")
    op.drop_index("audit_log_affected_sensor_id_idx", table_name="audit_log")
    op.drop_index("audit_log_affected_asset_id_idx", table_name="audit_log")
    op.drop_index("audit_log_affected_account_id_idx", table_name="audit_log")
    op.drop_index("audit_log_active_user_id_idx", table_name="audit_log")
    op.drop_table("audit_log")
    op.drop_index(op.f("annotations_sensors_annotation_id_idx"), table_name="annotations_sensors")
    op.drop_table("annotations_sensors")
    op.drop_index(op.f("annotations_assets_annotation_id_idx"), table_name="annotations_assets")
    op.drop_table("annotations_assets")
    op.drop_index(op.f("annotations_accounts_annotation_id_idx"), table_name="annotations_accounts")
    op.drop_table("annotations_accounts")
    op.drop_table("udi_event")
    op.drop_index(op.f("sensor_quantity_idx"), table_name="sensor")
    op.drop_table("sensor")
    op.drop_index("job_queue_state_created_idx", table_name="job")
    op.drop_index("job_created_idx", table_name="job")
    op.drop_index(op.f("job_asset_id_idx"), table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("annotation_source_id_idx"), table_name="annotation")
    op.drop_table("annotation")
    op.drop_index(op.f("roles_users_role_id_idx"), table_name="roles_users")
    op.drop_table("roles_users")
    op.drop_index(op.f("data_source_user_id_idx"), table_name="data_source")
    op.drop_index(op.f("data_source_type_idx"), table_name="data_source")
    op.drop_index(
        "data_source_key",
        table_name="data_source",
        postgresql_where=sa.text("user_id IS NOT NULL OR type <> 'user'"),
    )
    op.drop_index(op.f("data_source_account_id_idx"), table_name="data_source")
    op.drop_table("data_source")
    op.drop_index(op.f("asset_parent_asset_id_idx"), table_name="asset")
    op.drop_index(op.f("asset_owner_id_idx"), table_name="asset")
    op.drop_index("asset_name_key", table_name="asset")
    op.drop_index(op.f("asset_asset_type_id_idx"), table_name="asset")
    op.drop_table("asset")
    op.drop_index(op.f("roles_accounts_role_id_idx"), table_name="roles_accounts")
    op.drop_table("roles_accounts")
    op.drop_index("fm_user_email_key", table_name="fm_user")
    op.drop_index(op.f("fm_user_account_id_idx"), table_name="fm_user")
    op.drop_table("fm_user")
    op.drop_index(op.f("account_plan_id_idx"), table_name="account")
    op.drop_index(op.f("account_consultancy_account_id_idx"), table_name="account")
    op.drop_table("account")
    op.drop_table("role")
    op.drop_table("plan")
    op.drop_table("latest_task_run")
    op.drop_table("belief")
    op.drop_table("asset_type")
    op.drop_table("account_role")
    op.execute("DROP FUNCTION remove_beliefs_of_series")
