"""Settings of how the platform is run: instance, database, queue, security and mail."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from flexmeasures.settings.values import DatabaseUri, Duration, Level

Environment = Literal["production", "staging", "development", "testing", "documentation"]
PortNumber = Annotated[int, Field(ge=0, le=65535)]


class Basics(BaseModel):
    """Where the platform lives and what it tells."""

    FLEXMEASURES_ENV: Environment = Field(
        "production",
        description="Environment in which the platform runs. FLASK_ENV is read as well.",
    )
    FLEXMEASURES_INSTANCE_PATH: str = Field(
        "~/.flexmeasures",
        description="Folder of configuration file, secrets, embedded databases and logs.",
    )
    LOGGING_LEVEL: Level = Field(
        30,
        description="Level from which on messages are added to the log file, by name or number of Python's "
        "logging, such as WARNING.",
    )
    FLEXMEASURES_PROFILE_REQUESTS: bool = Field(False, description="Whether to time requests.")
    FLEXMEASURES_DB_BACKUP_PATH: str = Field(
        "migrations/dumps",
        description="Folder of database backups; a relative path starts at the working directory.",
    )
    FLEXMEASURES_TASK_CHECK_AUTH_TOKEN: str | None = Field(
        None,
        repr=False,
        description="Token with which external services can check the status of recurring tasks.",
    )


class Database(BaseModel):
    """The database; an embedded one where no address is set."""

    SQLALCHEMY_DATABASE_URI: DatabaseUri | None = Field(
        None,
        repr=False,
        description="Address of a PostgreSQL database of version 14 or later, in the form "
        "postgresql://<user>:<password>@<host-address>[:<port>]/<db>. Without it an embedded one is used.",
    )
    SQLALCHEMY_ENGINE_OPTIONS: dict[str, object] = Field(
        {"pool_recycle": 299, "pool_pre_ping": True, "connect_args": {"options": "-c timezone=utc"}},
        description="Options of the SQLAlchemy engine.",
    )


class Redis(BaseModel):
    """The queue; an embedded one where nothing of this is set."""

    FLEXMEASURES_REDIS_URL: str = Field(
        "localhost",
        repr=False,
        description="Host name of the Redis server, or its address (redis://, rediss:// or unix://). An "
        "embedded server is used while no FLEXMEASURES_REDIS_ setting is given.",
    )
    FLEXMEASURES_REDIS_PORT: PortNumber = Field(6379, description="Port of the Redis server.")
    FLEXMEASURES_REDIS_DB_NR: Annotated[int, Field(ge=0)] = Field(
        0, description="Number of the Redis database; most servers have 16, from 0 to 15."
    )
    FLEXMEASURES_REDIS_PASSWORD: str | None = Field(
        None, repr=False, description="Password of the Redis server."
    )


class Security(BaseModel):
    """Who may come in. All settings of Flask-Security and Flask-CORS can be given."""

    SECRET_KEY: str | None = Field(
        None,
        repr=False,
        description="Signs user sessions and tokens, and salts passwords when SECURITY_PASSWORD_SALT is not "
        "set. Keep it long, random and to yourself.",
    )
    SECURITY_PASSWORD_SALT: str | None = Field(
        None, repr=False, description="Extra salt of passwords; SECRET_KEY by default."
    )
    SECURITY_TOKEN_AUTHENTICATION_HEADER: str = Field(
        "Authorization", description="Name of the header that carries the token of an API request."
    )
    SECURITY_TOKEN_MAX_AGE: Annotated[int, Field(gt=0)] = Field(
        60 * 60 * 6, description="For how long a token is good. [s]"
    )
    SECURITY_TRACKABLE: bool = Field(False, description="Whether to keep statistics of users.")
    CORS_ORIGINS: str | list[str] = Field(
        [], description="Origins that may call the API from a browser; * for all."
    )
    CORS_RESOURCES: str | list[str] | dict[str, object] = Field(
        [r"/api/*"], description="What other origins may call: an expression, a list of them or a dictionary."
    )
    CORS_SUPPORTS_CREDENTIALS: bool = Field(
        True, description="Whether other origins may send cookies and credentials; not together with *."
    )
    FLEXMEASURES_FORCE_HTTPS: bool = Field(
        False,
        description="Whether to send visitors to HTTPS outside of production too, where that is always done.",
    )


class Mail(BaseModel):
    """How mails are sent. All settings of Flask-Mail can be given."""

    MAIL_SERVER: str = Field("localhost", description="Host name of the mail server.")
    MAIL_PORT: PortNumber = Field(25, description="SMTP port of the mail server.")
    MAIL_USE_TLS: bool = Field(False, description="Whether to use TLS.")
    MAIL_USE_SSL: bool = Field(False, description="Whether to use SSL.")
    MAIL_USERNAME: str | None = Field(None, description="Login name at the mail server.")
    MAIL_PASSWORD: str | None = Field(None, repr=False, description="Password at the mail server.")
    MAIL_DEFAULT_SENDER: tuple[str, str] | str = Field(
        ("FlexMeasures", "no-reply@example.com"),
        description="Shown name and address of the sender.",
    )


class Jobs(BaseModel):
    """How work for later is done."""

    FLEXMEASURES_DEFAULT_JOB_TIMEOUT: Duration = Field(
        180, validate_default=True, description="For how long a job may run."
    )
    FLEXMEASURES_JOB_TIMEOUT: dict[str, Duration] = Field(
        {}, description="For how long a job may run, by queue, where that differs."
    )
