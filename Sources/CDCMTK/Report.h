#ifndef CDCMTK_REPORT_H
#define CDCMTK_REPORT_H

#include "CDCMTK.h"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcdatset.h"
#include "dcmtk/dcmsr/cmr/tid1001.h"
#include "dcmtk/dcmsr/cmr/tid1500.h"
#include "dcmtk/dcmsr/dsrdoc.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cdcmtk {

/// TID 2000, Basic Diagnostic Imaging Report: DCMTK has no class for it.
class DiagnosticImagingReport : public DSRRootTemplate {
  public:
    DiagnosticImagingReport();

    OFCondition begin(const DSRCodedEntryValue &title, const CID5000_Languages &language);
    TID1001_ObservationContext &observationContext() { return *static_cast<TID1001_ObservationContext *>(context_.get()); }
    OFCondition addSection(const DSRCodedEntryValue &heading, const DSRCodedEntryValue &element, const OFString &text);

  private:
    DSRSharedSubTemplate language_;
    DSRSharedSubTemplate context_;
};

DSRCodedEntryValue coded(const cdcmtk_code *code);

}  // namespace cdcmtk

/// A structured report: content, flags and references by DCMTK's classes, the other attributes as they are given.
struct cdcmtk_report {
    explicit cdcmtk_report(cdcmtk_report_kind kind) : kind(kind), measurements(CID7021_MeasurementReportDocumentTitles()) {}

    bool isBasicText() const { return kind == cdcmtk_report_basic_text; }
    TID1001_ObservationContext &observationContext() {
        return isBasicText() ? basicText.observationContext() : measurements.getObservationContext();
    }

    cdcmtk_report_kind kind;
    DSRDocument document;
    cdcmtk::DiagnosticImagingReport basicText;
    TID1500_MeasurementReport measurements;
    DcmDataset attributes;
    std::vector<uint8_t> encoded;
};

#endif
