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

    /// Migration 4: patients' numbers and data, which order each study belongs to, and what became of it.
    static let patientsAndOutcomes: [String] = [
        // Orders are kept by accession number, or by the Study Instance UID of those that have none.
        "ALTER TABLE imaging_order RENAME TO imaging_order_before",
        """
        CREATE TABLE imaging_order (
            order_number TEXT NOT NULL,
            patient_id TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            message_time TEXT NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (order_number, patient_id)
        )
        """,
        """
        INSERT INTO imaging_order (order_number, patient_id, study_instance_uid, message_time, content)
        SELECT accession_number, patient_id, '', message_time, content FROM imaging_order_before
        """,
        "DROP TABLE imaging_order_before",
        "CREATE INDEX imaging_order_by_patient ON imaging_order (patient_id)",
        "CREATE INDEX imaging_order_by_study ON imaging_order (study_instance_uid) WHERE study_instance_uid <> ''",
        """
        CREATE TABLE order_of_study (
            study_instance_uid TEXT PRIMARY KEY,
            order_number TEXT NOT NULL,
            patient_id TEXT NOT NULL,
            matched_by TEXT NOT NULL
        )
        """,
        "CREATE INDEX order_of_study_by_order ON order_of_study (order_number, patient_id)",
        """
        CREATE TABLE patient (
            patient_id TEXT NOT NULL,
            issuer_of_patient_id TEXT NOT NULL,
            message_time TEXT NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (patient_id, issuer_of_patient_id)
        )
        """,
        // From each number that was given up to the one that took its place; a chain is followed to its end.
        """
        CREATE TABLE patient_merge (
            prior_id TEXT NOT NULL,
            prior_issuer TEXT NOT NULL,
            surviving_id TEXT NOT NULL,
            surviving_issuer TEXT NOT NULL,
            message_time TEXT NOT NULL,
            merged_at BIGINT NOT NULL,
            sender TEXT NOT NULL,
            control_id TEXT NOT NULL,
            PRIMARY KEY (prior_id, prior_issuer)
        )
        """,
        "CREATE INDEX patient_merge_by_survivor ON patient_merge (surviving_id)",
        // Every final report, word for word, beside the score that stood when it came; `study_instance_uid` is empty until its images are here.
        """
        CREATE TABLE final_report (
            report_id {identity},
            study_instance_uid TEXT NOT NULL,
            accession_number TEXT NOT NULL,
            named_study TEXT NOT NULL,
            patient_id TEXT NOT NULL,
            issuer_of_patient_id TEXT NOT NULL,
            message_time TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            sender TEXT NOT NULL,
            control_id TEXT NOT NULL,
            content TEXT NOT NULL,
            category TEXT,
            findings TEXT NOT NULL,
            model TEXT
        )
        """,
        "CREATE INDEX final_report_by_study ON final_report (study_instance_uid, report_id)",
        "CREATE INDEX final_report_by_accession ON final_report (accession_number)",
        "CREATE INDEX final_report_by_named_study ON final_report (named_study)",
        "CREATE INDEX final_report_by_patient ON final_report (patient_id)",
        // MSH-7, so that a sender which counts its messages from 1 again is noticed.
        "ALTER TABLE received_message ADD COLUMN message_time TEXT NOT NULL DEFAULT ''",
    ]

    /// What goes out as DICOM objects; `{bytes}` stands for either database's word.
    static let resultStatements: [String] = [
        """
        CREATE TABLE result_object (
            sop_instance_uid TEXT PRIMARY KEY,
            sop_class_uid TEXT NOT NULL,
            series_instance_uid TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            kind TEXT NOT NULL,
            version BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            file {bytes} NOT NULL
        )
        """,
        "CREATE INDEX result_object_by_study ON result_object (study_instance_uid, kind, version)",
    ]

    /// Migration 7: who reads a study, when it was read, acknowledged alarms, and the access log.
    static let roomStatements: [String] = [
        "ALTER TABLE study ADD COLUMN location TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE study ADD COLUMN reader TEXT",
        "ALTER TABLE study ADD COLUMN claimed_at BIGINT",
        "ALTER TABLE study ADD COLUMN reported_at BIGINT",
        """
        UPDATE study SET reported_at = (
            SELECT MIN(at) FROM event WHERE event.study_instance_uid = study.study_instance_uid AND kind = 'reported'
        ) WHERE state = 'reported'
        """,
        "CREATE INDEX study_claimed ON study (claimed_at) WHERE claimed_at IS NOT NULL",
        "CREATE INDEX study_by_arrival ON study (received_at)",
        "CREATE INDEX study_by_last_arrival ON study (last_received_at)",
        "CREATE INDEX study_by_report ON study (reported_at) WHERE reported_at IS NOT NULL",
        "CREATE INDEX event_scored ON event (seq) WHERE kind IN ('scored', 'unscored')",
        "CREATE INDEX feed_message_aside ON feed_message (feed, message_id) WHERE state = 'aside'",
        """
        CREATE TABLE alarm_acknowledgement (
            alarm_id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            at BIGINT NOT NULL
        )
        """,
        // Who saw or did what: apart from the event log, so that looking at a study does not count as a change of it.
        """
        CREATE TABLE access (
            entry_id {identity},
            at BIGINT NOT NULL,
            name TEXT NOT NULL,
            act TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            detail TEXT NOT NULL
        )
        """,
    ]

    static let sqliteRoomStatements: [String] = [
        // Where the patients of studies that were joined before are.
        """
        UPDATE study SET location = COALESCE((
            SELECT json_extract(o.content, '$.location') FROM order_of_study j
            JOIN imaging_order o ON o.order_number = j.order_number AND o.patient_id = j.patient_id
            WHERE j.study_instance_uid = study.study_instance_uid AND json_valid(o.content)
        ), '')
        """,
        "CREATE TRIGGER access_is_never_changed BEFORE UPDATE ON access BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
        "CREATE TRIGGER access_is_never_deleted BEFORE DELETE ON access BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
    ]

    /// The log is append-only, and the database says so too.
    static let sqliteStatements: [String] = [
        "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
        "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
    ]

    static let sqliteIdentity = "INTEGER PRIMARY KEY AUTOINCREMENT"
    static let sqliteBytes = "BLOB"
}
