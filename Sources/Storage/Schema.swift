/// The tables. Plain SQL that SQLite and PostgreSQL both run; where their words differ, `{identity}` stands for either's.
///
/// Times are microseconds since 1970 UTC. The event table is the truth and is only ever added to; the other tables follow from
/// it in the same transaction.
enum Schema {
    static let statements: [String] = [
        """
        CREATE TABLE event (
            seq {identity},
            at BIGINT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            detail TEXT NOT NULL
        )
        """,
        "CREATE INDEX event_by_study ON event (study_instance_uid, seq)",
        """
        CREATE TABLE study (
            study_instance_uid TEXT PRIMARY KEY,
            accession_number TEXT NOT NULL,
            patient_id TEXT NOT NULL,
            issuer_of_patient_id TEXT NOT NULL,
            patient_name TEXT NOT NULL,
            patient_birth_date TEXT NOT NULL,
            patient_sex TEXT NOT NULL,
            study_id TEXT NOT NULL,
            study_date TEXT NOT NULL,
            study_time TEXT NOT NULL,
            study_description TEXT NOT NULL,
            modality TEXT NOT NULL,
            body_part TEXT NOT NULL,
            requested_procedure_id TEXT NOT NULL,
            scheduled_procedure_step_id TEXT NOT NULL,
            state TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            completed_at BIGINT,
            instances BIGINT NOT NULL,
            expected_instances BIGINT,
            last_received_at BIGINT NOT NULL,
            round BIGINT NOT NULL,
            is_complete BIGINT NOT NULL,
            category TEXT NOT NULL,
            findings TEXT NOT NULL,
            finding_images TEXT NOT NULL,
            unscored_reason TEXT,
            model TEXT,
            order_priority TEXT NOT NULL,
            patient_class TEXT NOT NULL,
            reason_for_study TEXT NOT NULL,
            conflicts TEXT NOT NULL
        )
        """,
        "CREATE INDEX study_by_accession ON study (accession_number)",
        "CREATE INDEX study_by_patient ON study (patient_id)",
        "CREATE INDEX study_incomplete ON study (last_received_at) WHERE is_complete = 0",
        "CREATE INDEX study_open ON study (state, received_at)",
        """
        CREATE TABLE instance (
            file TEXT PRIMARY KEY,
            sop_instance_uid TEXT NOT NULL,
            sop_class_uid TEXT NOT NULL,
            transfer_syntax_uid TEXT NOT NULL,
            series_instance_uid TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            is_used BIGINT NOT NULL,
            bytes BIGINT NOT NULL,
            received_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX instance_by_sop ON instance (sop_instance_uid)",
        "CREATE INDEX instance_by_study ON instance (study_instance_uid, received_at)",
        """
        CREATE TABLE scoring_job (
            study_instance_uid TEXT PRIMARY KEY,
            round BIGINT NOT NULL,
            queued_at BIGINT NOT NULL,
            leased_until BIGINT NOT NULL,
            attempts BIGINT NOT NULL
        )
        """,
        """
        CREATE TABLE feed_message (
            message_id {identity},
            feed TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            control_id TEXT NOT NULL UNIQUE,
            body TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            next_try_at BIGINT NOT NULL,
            ended_at BIGINT,
            note TEXT NOT NULL
        )
        """,
        "CREATE INDEX feed_message_pending ON feed_message (feed, study_instance_uid, message_id) WHERE state = 'pending'",
        "CREATE INDEX feed_message_order ON feed_message (feed, message_id) WHERE state = 'pending'",
        """
        CREATE TABLE imaging_order (
            accession_number TEXT NOT NULL,
            patient_id TEXT NOT NULL,
            message_time TEXT NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (accession_number, patient_id)
        )
        """,
        """
        CREATE TABLE received_message (
            sender TEXT NOT NULL,
            control_id TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            answer TEXT NOT NULL,
            PRIMARY KEY (sender, control_id)
        )
        """,
        // How the service orders the list, for those that read beside it.
        """
        CREATE TABLE ordering (
            only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
            ordering TEXT NOT NULL,
            policy TEXT NOT NULL
        )
        """,
    ]

    /// Draft reports, how far the log has been followed for them, and to whom they go.
    static let draftStatements: [String] = [
        "ALTER TABLE study ADD COLUMN draft_report TEXT",
        """
        CREATE TABLE draft (
            draft_number BIGINT PRIMARY KEY,
            study_instance_uid TEXT NOT NULL,
            state TEXT NOT NULL,
            revision BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            changed_at BIGINT NOT NULL,
            content TEXT NOT NULL
        )
        """,
        "CREATE INDEX draft_by_study ON draft (study_instance_uid, draft_number)",
        "CREATE TABLE draft_cursor (only_row BIGINT PRIMARY KEY CHECK (only_row = 1), seq BIGINT NOT NULL)",
        "CREATE TABLE reporting (only_row BIGINT PRIMARY KEY CHECK (only_row = 1), content TEXT NOT NULL)",
    ]

    /// The log is append-only, and the database says so too.
    static let sqliteStatements: [String] = [
        "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
        "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
    ]

    static let sqliteIdentity = "INTEGER PRIMARY KEY AUTOINCREMENT"
}
