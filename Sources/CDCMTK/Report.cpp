// Structured reports: what is common to both kinds, and their encoding.

#include "Report.h"

#include "DataSet.h"
#include "Guarded.h"
#include "Log.h"
#include "ObjectFile.h"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcsequen.h"
#include "dcmtk/dcmdata/dcuid.h"

#include <memory>

namespace cdcmtk {

namespace {

// PS3.5 section 6.2: our texts are checked where they are made; those of images are copied as they are, right or wrong.
constexpr bool unchecked = false;

DcmTagKey key(uint32_t tag) { return DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff)); }

OFCondition set(DcmItem &item, const DcmTagKey &tag, const char *value) {
    if (*value == '\0' || DcmTag(tag).getEVR() == EVR_SQ) return item.insertEmptyElement(DcmTag(tag));
    return item.putAndInsertString(DcmTag(tag), value);
}

OFCondition write(DcmDataset &dataSet, const FileMeta &meta, std::vector<uint8_t> &bytes) {
    const E_TransferSyntax syntax = EXS_LittleEndianExplicit;
    const Uint32 length = dataSet.calcElementLength(syntax, EET_ExplicitLength);
    std::vector<uint8_t> buffer(length);
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    dataSet.transferInit();
    const OFCondition condition = dataSet.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_withoutGL);
    dataSet.transferEnd();
    if (condition.bad()) return condition;
    void *start = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(start, count);
    const std::string head = meta.encoded();
    bytes.assign(head.begin(), head.end());
    bytes.insert(bytes.end(), static_cast<uint8_t *>(start), static_cast<uint8_t *>(start) + count);
    return EC_Normal;
}

OFCondition encode(cdcmtk_report &report, const char *classUID, const char *versionName, const char *source) {
    OFCondition condition = report.isBasicText() ? report.document.setTreeFromRootTemplate(report.basicText)
                                                 : report.document.setTreeFromRootTemplate(report.measurements);
    if (condition.bad()) return condition;
    DcmDataset dataSet;
    condition = report.document.write(dataSet);
    if (condition.bad()) return condition;
    while (DcmElement *element = report.attributes.remove(0UL)) dataSet.insert(element, OFTrue);
    OFString sopClass, sopInstance;
    dataSet.findAndGetOFString(DCM_SOPClassUID, sopClass);
    dataSet.findAndGetOFString(DCM_SOPInstanceUID, sopInstance);
    const FileMeta meta = {sopClass.c_str(), sopInstance.c_str(), UID_LittleEndianExplicitTransferSyntax, classUID, versionName, source};
    return write(dataSet, meta, report.encoded);
}

OFCondition begin(cdcmtk_report &report, const cdcmtk_code *title, const cdcmtk_code *language) {
    const bool isBasicText = report.isBasicText();
    OFCondition condition = report.document.createNewDocument(isBasicText ? DSRTypes::DT_BasicTextSR : DSRTypes::DT_EnhancedSR);
    if (condition.good()) condition = report.document.setSpecificCharacterSetType(DSRTypes::CS_UTF8);
    if (condition.bad()) return condition;
    const DSRCodedEntryValue name = coded(title);
    const CID5000_Languages spoken(coded(language));
    if (isBasicText) return report.basicText.begin(name, spoken);
    condition = report.measurements.createNewMeasurementReport(CID7021_MeasurementReportDocumentTitles(name));
    return condition.good() ? report.measurements.setLanguage(spoken) : condition;
}

OFCondition add(DSRSOPInstanceReferenceList &list, const cdcmtk_reference *object) {
    return list.addItem(object->study_instance_uid, object->series_instance_uid, object->sop_class_uid, object->sop_instance_uid, unchecked);
}

}  // namespace

DSRCodedEntryValue coded(const cdcmtk_code *code) { return DSRCodedEntryValue(code->value, code->scheme, code->meaning); }

}  // namespace cdcmtk

using namespace cdcmtk;

extern "C" {

cdcmtk_report *cdcmtk_report_create(cdcmtk_report_kind kind, const cdcmtk_code *title, const cdcmtk_code *language, char *message,
                                    size_t capacity) {
    const QuietThread quiet;
    std::unique_ptr<cdcmtk_report> report;
    const bool isBegun = guarded(message, capacity, [&] {
        report.reset(new cdcmtk_report(kind));
        return begin(*report, title, language);
    });
    return isBegun ? report.release() : nullptr;
}

void cdcmtk_report_free(cdcmtk_report *report) { delete report; }

bool cdcmtk_report_set(cdcmtk_report *report, uint32_t sequence, uint32_t tag, const char *value, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] {
        if (sequence == 0) return set(report->attributes, key(tag), value);
        DcmItem *item = nullptr;
        const OFCondition condition = report->attributes.findOrCreateSequenceItem(DcmTag(key(sequence)), item, 0);
        return condition.good() ? set(*item, key(tag), value) : condition;
    });
}

bool cdcmtk_report_add_scheme(cdcmtk_report *report, const char *designator, const char *uid, const char *name, const char *organization,
                              char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] {
        return report->document.getCodingSchemeIdentification().addItem(designator, uid, name, organization);
    });
}

bool cdcmtk_report_add_evidence(cdcmtk_report *report, const cdcmtk_reference *object, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] { return add(report->document.getCurrentRequestedProcedureEvidence(), object); });
}

bool cdcmtk_report_add_predecessor(cdcmtk_report *report, const cdcmtk_reference *document, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] { return add(report->document.getPredecessorDocuments(), document); });
}

bool cdcmtk_report_complete(cdcmtk_report *report, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] { return report->document.completeDocument(); });
}

bool cdcmtk_report_verify(cdcmtk_report *report, const char *observer, const char *organization, const char *dateTime, char *message,
                          size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] { return report->document.verifyDocument(observer, organization, dateTime, unchecked); });
}

bool cdcmtk_report_add_device(cdcmtk_report *report, const char *uid, const char *name, const char *manufacturer, const char *model,
                              char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] { return report->observationContext().addDeviceObserver(uid, name, manufacturer, model); });
}

bool cdcmtk_report_add_person(cdcmtk_report *report, const char *name, const char *organization, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] {
        return report->observationContext().addPersonObserver(name, organization, CID7452_OrganizationalRoles(), CID7453_PerformingRoles(),
                                                              unchecked);
    });
}

bool cdcmtk_report_encode(cdcmtk_report *report, const char *classUID, const char *versionName, const char *source, const uint8_t **bytes,
                          size_t *count, char *message, size_t capacity) {
    const QuietThread quiet;
    const bool isEncoded = guarded(message, capacity, [&] { return encode(*report, classUID, versionName, source); });
    // DCMTK's conditions are short; its log says what it did not like.
    if (!isEncoded && !quiet.firstComplaint().empty()) std::snprintf(message, capacity, "%s", quiet.firstComplaint().c_str());
    *bytes = report->encoded.data();
    *count = report->encoded.size();
    return isEncoded;
}

}  // extern "C"
