#ifndef CDCMTK_H
#define CDCMTK_H

// The whole of DCMTK that Swift may see. Plain C: no C++ type, exception or macro crosses this header.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

// MARK: listener

/// Takes one line of DCMTK's own log. `level` is log4cplus's: 10000 debug, 20000 info, 30000 warning, 40000 error, 50000 fatal.
typedef void (*cdcmtk_log_handler)(void *_Nullable context, int level, const char *logger, const char *message);

/// Prepares the process, once: DCMTK's log goes to `handler`, warnings and worse only, so that no dump of a data set can get into it;
/// names are not looked up in DNS; TCP_NODELAY is set in the environment where it is not, for without it DCMTK 3.6.7 waits about
/// 45 ms for each C-STORE. Call it before any other thread reads the environment. False, and nothing done, where it has been called
/// before.
bool cdcmtk_start(cdcmtk_log_handler handler, void *_Nullable context);
/// Whether the attribute dictionary could be loaded; loads it where it has not been.
bool cdcmtk_dictionary_is_loaded(void);

/// What became of a connection, for the log.
typedef enum {
    cdcmtk_event_association_accepted,
    cdcmtk_event_association_released,
    cdcmtk_event_association_aborted_by_peer,
    cdcmtk_event_association_timed_out,
    cdcmtk_event_association_stopped,
    /// The peer broke the protocol; the association has been aborted.
    cdcmtk_event_association_broken,
    cdcmtk_event_rejected_calling_ae_title,
    cdcmtk_event_rejected_called_ae_title,
    cdcmtk_event_rejected_application_context,
    cdcmtk_event_rejected_limit,
    /// Closed without a byte, as port scanners and health checks do.
    cdcmtk_event_connection_silent,
    cdcmtk_event_connection_not_dicom,
    cdcmtk_event_connection_timed_out,
    cdcmtk_event_connection_over_limit,
    /// An object could not be written; it was answered with 0xA700.
    cdcmtk_event_object_not_written,
    cdcmtk_event_out_of_descriptors,
} cdcmtk_event_kind;

typedef struct {
    cdcmtk_event_kind kind;
    const char *peer_address;
    const char *calling_ae_title;
    const char *called_ae_title;
    /// What DCMTK or the system said; empty where the kind says it all.
    const char *detail;
    /// Objects received over the association.
    uint64_t objects;
} cdcmtk_listener_event;

/// A composite object that has been written whole. The pointers hold during the call only.
typedef struct {
    const char *file;
    /// Where in the file the data set begins: the length of preamble, prefix and file meta information.
    uint64_t data_set_offset;
    uint64_t byte_count;
    const char *calling_ae_title;
    const char *called_ae_title;
    const char *peer_address;
    const char *transfer_syntax_uid;
    const char *affected_sop_class_uid;
    const char *affected_sop_instance_uid;
    uint16_t message_id;
} cdcmtk_received_object;

typedef struct {
    uint16_t status;
    /// Error Comment (0000,0902), LO: at most 64 characters of ASCII; empty: none is sent.
    char error_comment[65];
} cdcmtk_store_response;

/// Called on the association's thread.
typedef struct {
    void *_Nullable context;
    /// Writes the path of the file for the next object, with its terminating zero; false refuses the object with 0xA700.
    bool (*new_file)(void *_Nullable context, char *path, size_t capacity);
    /// The file belongs to the receiver from here on, whatever it answers.
    void (*store)(void *_Nullable context, const cdcmtk_received_object *object, cdcmtk_store_response *response);
    void (*event)(void *_Nullable context, const cdcmtk_listener_event *event);
} cdcmtk_listener_handlers;

/// Meanings, units and defaults: `StorageListener.Settings`. The strings are copied.
typedef struct {
    const char *host;
    uint16_t port;
    const char *ae_title;
    bool checks_called_ae_title;
    bool accepts_unknown_sop_classes;
    uint32_t maximum_associations;
    uint32_t maximum_waiting_connections;
    uint32_t pdu_size;
    uint32_t acse_timeout_ms;
    uint32_t dimse_timeout_ms;
    uint32_t idle_timeout_ms;
    uint32_t stop_grace_ms;
    uint64_t maximum_object_bytes;
    const char *implementation_class_uid;
    const char *implementation_version_name;
} cdcmtk_listener_settings;

typedef struct {
    uint64_t associations_open;
    uint64_t associations_accepted;
    uint64_t associations_rejected;
    uint64_t connections_refused;
    uint64_t objects_stored;
    uint64_t objects_refused;
    uint64_t data_set_bytes;
} cdcmtk_listener_counters;

/// A storage SCP. Owned by the caller, released with `cdcmtk_listener_free` when it does not run.
typedef struct cdcmtk_listener cdcmtk_listener;

/// Null, with `message` filled, where there is no memory for it. Binds nothing yet.
cdcmtk_listener *_Nullable cdcmtk_listener_create(const cdcmtk_listener_settings *settings, const cdcmtk_listener_handlers *handlers,
                                                  char *message, size_t capacity);
/// Before `bind`: once any title has been allowed, all others are rejected.
bool cdcmtk_listener_allow_calling_ae_title(cdcmtk_listener *listener, const char *ae_title, char *message, size_t capacity);
/// The bound port; 0, with `message` filled with the system's reason, where the address can't be had.
uint16_t cdcmtk_listener_bind(cdcmtk_listener *listener, char *message, size_t capacity);
/// Serves until `cdcmtk_listener_stop`; returns when the last association has ended.
bool cdcmtk_listener_run(cdcmtk_listener *listener, char *message, size_t capacity);
/// From any thread, any number of times.
void cdcmtk_listener_stop(cdcmtk_listener *listener);
cdcmtk_listener_counters cdcmtk_listener_count(const cdcmtk_listener *listener);
void cdcmtk_listener_free(cdcmtk_listener *listener);

// MARK: end of listener

// MARK: data sets

/// What reading a header may cost; meanings and defaults: `DataSet.Limits`.
typedef struct {
    size_t nesting_stack_bytes;
    uint64_t header_bytes;
    uint32_t value_bytes;
} cdcmtk_reading_limits;

/// A data set without its pixel data. Owned by the caller, released with `cdcmtk_data_set_free`. Used by one thread at a time.
typedef struct cdcmtk_data_set cdcmtk_data_set;
/// The data set itself, or an item of a sequence in it. Holds as long as the data set does.
typedef struct cdcmtk_item cdcmtk_item;

/// The element that holds the pixels, by its header.
typedef struct {
    /// 0x0008 Float, 0x0009 Double Float, 0x0010 integer Pixel Data, all of group 7FE0.
    uint16_t element;
    /// Empty in implicit VR.
    char vr[3];
    /// 0xFFFFFFFF: undefined, fragments follow.
    uint32_t length;
    bool is_big_endian;
    bool is_deflated;
    /// Bytes that the file has behind the element's header; 0 where they are deflated, and can't be told.
    uint64_t available;
} cdcmtk_pixel_element;

typedef enum { cdcmtk_value_absent, cdcmtk_value_present, cdcmtk_value_too_long } cdcmtk_value;

/// Reads a Part 10 file, or a bare data set, up to its pixel data; null, with `message` filled, where that can't be done.
cdcmtk_data_set *_Nullable cdcmtk_data_set_read(const char *file, const cdcmtk_reading_limits *limits, char *message, size_t capacity);
void cdcmtk_data_set_free(cdcmtk_data_set *data_set);
const cdcmtk_item *cdcmtk_data_set_root(const cdcmtk_data_set *data_set);
/// As the file meta information has it; of a bare data set, what its first bytes say.
const char *cdcmtk_data_set_transfer_syntax_uid(const cdcmtk_data_set *data_set);

/// `tag` is group << 16 | element here and below. Fills in the first items of a sequence, and returns how many; 0 where it is absent.
size_t cdcmtk_items_of_sequence(const cdcmtk_item *item, uint32_t tag, const cdcmtk_item *_Nullable *_Nonnull items, size_t capacity);
/// The bytes of an attribute that is text, in its own character set, all values and their backslashes, without trailing padding.
cdcmtk_value cdcmtk_item_text(const cdcmtk_item *item, uint32_t tag, uint32_t maximum_bytes, const uint8_t *_Nullable *_Nonnull bytes,
                              size_t *count);
/// One value of an attribute of VR US, SS, UL or SL; false where there is none.
bool cdcmtk_item_integer(const cdcmtk_item *item, uint32_t tag, size_t index, int64_t *value);
/// The values of an attribute of VR US, SS or OW, in this machine's byte order; of SS, their bits.
bool cdcmtk_item_words(const cdcmtk_item *item, uint32_t tag, const uint16_t *_Nullable *_Nonnull words, size_t *count);

// MARK: end of data sets

// MARK: pixel data

/// Null where the data set has no pixel data.
const cdcmtk_pixel_element *_Nullable cdcmtk_data_set_pixel_element(const cdcmtk_data_set *data_set);
/// Reads the first `count` bytes of pixel data of defined length, once for a data set.
bool cdcmtk_data_set_read_pixels(cdcmtk_data_set *data_set, uint8_t *buffer, size_t count, char *message, size_t capacity);
/// Reads the fragments of the first frame, once for a data set, and joins them (PS3.5 section A.4).
bool cdcmtk_data_set_read_encoded_frame(cdcmtk_data_set *data_set, size_t frames, size_t maximum_bytes, const uint8_t *_Nullable *_Nonnull bytes,
                                        size_t *count, char *message, size_t capacity);
/// Decodes the frame that was read last, by DCMTK's codec for RLE, JPEG or JPEG-LS. `buffer` holds a frame of what the codec makes of
/// it, samples of a pixel together, little endian. A codec's warning that something is missing is a failure.
bool cdcmtk_data_set_decode_frame(cdcmtk_data_set *data_set, uint8_t *buffer, size_t capacity_bytes, char *message, size_t capacity);

// MARK: end of pixel data

// MARK: structured reports

/// A coded concept (PS3.3 section 8). UTF-8 here and below.
typedef struct {
    const char *value;
    const char *scheme;
    const char *meaning;
} cdcmtk_code;

/// A composite object that a report refers to.
typedef struct {
    const char *study_instance_uid;
    const char *series_instance_uid;
    const char *sop_class_uid;
    const char *sop_instance_uid;
} cdcmtk_reference;

typedef enum {
    /// Basic Text SR (PS3.3 section A.35.1) with the content of TID 2000.
    cdcmtk_report_basic_text,
    /// Enhanced SR (PS3.3 section A.35.2) with the content of TID 1500.
    cdcmtk_report_measurements,
} cdcmtk_report_kind;

/// A structured report that is being written. Owned by the caller, released with `cdcmtk_report_free`. Used by one thread at a time.
/// Each function returns false, with `message` filled, where DCMTK does not take what it is given.
typedef struct cdcmtk_report cdcmtk_report;

cdcmtk_report *_Nullable cdcmtk_report_create(cdcmtk_report_kind kind, const cdcmtk_code *title, const cdcmtk_code *language, char *message,
                                              size_t capacity);
void cdcmtk_report_free(cdcmtk_report *report);

/// An attribute of the data set, or of the first item of a sequence in it, made where there is none (`sequence` 0: of the data set
/// itself). It replaces what DCMTK would write. An empty value writes the attribute empty.
bool cdcmtk_report_set(cdcmtk_report *report, uint32_t sequence, uint32_t tag, const char *value, char *message, size_t capacity);
/// Names a coding scheme that is registered nowhere (Coding Scheme Identification Sequence).
bool cdcmtk_report_add_scheme(cdcmtk_report *report, const char *designator, const char *uid, const char *name, const char *organization,
                              char *message, size_t capacity);
/// Current Requested Procedure Evidence Sequence.
bool cdcmtk_report_add_evidence(cdcmtk_report *report, const cdcmtk_reference *object, char *message, size_t capacity);
/// Predecessor Documents Sequence.
bool cdcmtk_report_add_predecessor(cdcmtk_report *report, const cdcmtk_reference *document, char *message, size_t capacity);
/// Completion Flag COMPLETE; without it PARTIAL.
bool cdcmtk_report_complete(cdcmtk_report *report, char *message, size_t capacity);
/// Verification Flag VERIFIED, and the observer who did; only of a complete report. `date_time` is of VR DT.
bool cdcmtk_report_verify(cdcmtk_report *report, const char *observer, const char *organization, const char *date_time, char *message,
                          size_t capacity);
/// TID 1002 and 1004: the device that observed.
bool cdcmtk_report_add_device(cdcmtk_report *report, const char *uid, const char *name, const char *manufacturer, const char *model,
                              char *message, size_t capacity);
/// TID 1002 and 1003: the person who observed.
bool cdcmtk_report_add_person(cdcmtk_report *report, const char *name, const char *organization, char *message, size_t capacity);

/// Basic Text SR only: a section with one text (TID 2000, rows 5 and 10).
bool cdcmtk_report_add_section(cdcmtk_report *report, const cdcmtk_code *heading, const cdcmtk_code *element, const char *text,
                               char *message, size_t capacity);

// Measurements only, in this order.

/// Procedure reported (TID 1500, row 4).
bool cdcmtk_report_add_procedure(cdcmtk_report *report, const cdcmtk_code *procedure, char *message, size_t capacity);
/// An image for the Image Library (TID 1600), described by its modality.
bool cdcmtk_report_add_image(cdcmtk_report *report, const cdcmtk_reference *image, const char *modality, char *message, size_t capacity);
/// Begins a measurement group (TID 1501).
bool cdcmtk_report_begin_group(cdcmtk_report *report, const char *tracking_identifier, const char *tracking_uid, const cdcmtk_code *finding,
                               char *message, size_t capacity);
/// Algorithm Identification (TID 4019) of the group.
bool cdcmtk_report_set_algorithm(cdcmtk_report *report, const char *name, const char *version, const char *parameters, char *message,
                                 size_t capacity);
/// The measurement of the group (TID 300) and the image that it was taken from. `value` is of VR DS.
bool cdcmtk_report_add_measurement(cdcmtk_report *report, const cdcmtk_code *concept_name, const char *value, const cdcmtk_code *unit,
                                   const cdcmtk_code *purpose, const cdcmtk_reference *image, char *message, size_t capacity);
/// A sentence about the whole subject of the report (TID 1500, row 14).
bool cdcmtk_report_add_evaluation(cdcmtk_report *report, const cdcmtk_code *concept_name, const char *text, char *message, size_t capacity);

/// The report as a Part 10 file, Explicit VR Little Endian; the same content gives the same bytes. They hold as long as the report does.
bool cdcmtk_report_encode(cdcmtk_report *report, const char *implementation_class_uid, const char *implementation_version_name,
                          const char *source_ae_title, const uint8_t *_Nullable *_Nonnull bytes, size_t *count, char *message,
                          size_t capacity);

// MARK: end of structured reports

// MARK: sender

/// Meanings, units and defaults: `StorageSCU.Settings`. The strings are copied.
typedef struct {
    const char *host;
    uint16_t port;
    const char *called_ae_title;
    const char *calling_ae_title;
    uint32_t connect_timeout_s;
    uint32_t acse_timeout_s;
    uint32_t dimse_timeout_s;
    uint32_t pdu_size;
    const char *implementation_class_uid;
    const char *implementation_version_name;
} cdcmtk_sender_settings;

/// How far a C-STORE came.
typedef enum {
    /// The peer answered with `status`.
    cdcmtk_sending_answered,
    /// The object is none that can be sent.
    cdcmtk_sending_not_an_object,
    cdcmtk_sending_no_connection,
    /// A-ASSOCIATE-RJ: `result`, `source` and `reason` are those of PS3.8 table 9-21.
    cdcmtk_sending_rejected,
    /// The association was refused in another way: broken off, or not answered in time.
    cdcmtk_sending_no_association,
    /// The association does not carry the object's SOP class; nothing has been sent.
    cdcmtk_sending_context_refused,
    /// Sent, or in part; what the peer made of it is not known.
    cdcmtk_sending_no_answer,
    cdcmtk_sending_broken,
    cdcmtk_sending_cancelled,
} cdcmtk_sending_end;

typedef struct {
    cdcmtk_sending_end end;
    uint16_t status;
    uint16_t result;
    uint16_t source;
    uint16_t reason;
    /// Error Comment (0000,0902) of the answer; the peer's words.
    char error_comment[129];
    /// What DCMTK said; empty where `end` says it all.
    char detail[256];
} cdcmtk_sending;

/// A storage SCU for one peer. Owned by the caller, released with `cdcmtk_sender_free` when nothing is sent.
typedef struct cdcmtk_sender cdcmtk_sender;

cdcmtk_sender *_Nullable cdcmtk_sender_create(const cdcmtk_sender_settings *settings, char *message, size_t capacity);
/// Sends the object of a Part 10 file over an association of its own, and waits for the answer. One call at a time.
cdcmtk_sending cdcmtk_sender_send(cdcmtk_sender *sender, const uint8_t *file, size_t count);
/// Ends a call of `send` early, from any thread, and every later one at once.
void cdcmtk_sender_cancel(cdcmtk_sender *sender);
void cdcmtk_sender_free(cdcmtk_sender *sender);

// MARK: end of sender

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
#endif
