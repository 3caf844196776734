// The content of a Basic Text SR: TID 2000, Basic Diagnostic Imaging Report.

#include "Report.h"

#include "DataSet.h"
#include "Guarded.h"
#include "Log.h"

#include "dcmtk/dcmdata/dcuid.h"
#include "dcmtk/dcmsr/cmr/tid1204.h"

namespace cdcmtk {

DiagnosticImagingReport::DiagnosticImagingReport()
    : DSRRootTemplate(DT_BasicTextSR, "2000", "DCMR", UID_DICOMContentMappingResource),
      language_(new TID1204_LanguageOfContentItemAndDescendants()), context_(new TID1001_ObservationContext()) {
    setExtensible();
}

OFCondition DiagnosticImagingReport::begin(const DSRCodedEntryValue &title, const CID5000_Languages &language) {
    if (addContentItem(RT_isRoot, VT_Container) == 0) return failure("no root container");
    OFCondition condition = getCurrentContentItem().setConceptName(title);
    if (condition.good()) condition = includeTemplate(language_, AM_belowCurrent, RT_hasConceptMod);
    if (condition.good()) condition = includeTemplate(context_, AM_afterCurrent, RT_hasObsContext);
    if (condition.good())
        condition = static_cast<TID1204_LanguageOfContentItemAndDescendants *>(language_.get())->setLanguage(language);
    return condition;
}

OFCondition DiagnosticImagingReport::addSection(const DSRCodedEntryValue &heading, const DSRCodedEntryValue &element, const OFString &text) {
    if (gotoRoot() == 0 || addContentItem(RT_contains, VT_Container, AM_belowCurrent) == 0) return failure("no section");
    OFCondition condition = getCurrentContentItem().setConceptName(heading);
    if (condition.bad()) return condition;
    if (addContentItem(RT_contains, VT_Text, AM_belowCurrent) == 0) return failure("no text in the section");
    condition = getCurrentContentItem().setConceptName(element);
    return condition.good() ? getCurrentContentItem().setStringValue(text) : condition;
}

}  // namespace cdcmtk

bool cdcmtk_report_add_section(cdcmtk_report *report, const cdcmtk_code *heading, const cdcmtk_code *element, const char *text,
                               char *message, size_t capacity) {
    const cdcmtk::QuietThread quiet;
    return cdcmtk::guarded(message, capacity,
                           [&] { return report->basicText.addSection(cdcmtk::coded(heading), cdcmtk::coded(element), text); });
}
