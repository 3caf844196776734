// The content of a measurement report: TID 1500 and what it includes.

#include "Report.h"

#include "DataSet.h"
#include "Guarded.h"
#include "Log.h"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmsr/cmr/tid4019.h"
#include "dcmtk/dcmsr/codes/dcm.h"

using namespace cdcmtk;

extern "C" {

bool cdcmtk_report_add_procedure(cdcmtk_report *report, const cdcmtk_code *procedure, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] {
        return report->measurements.addProcedureReported(CID100_QuantitativeDiagnosticImagingProcedures(coded(procedure)));
    });
}

bool cdcmtk_report_add_image(cdcmtk_report *report, const cdcmtk_reference *image, const char *modality, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] {
        TID1600_ImageLibrary &library = report->measurements.getImageLibrary();
        OFCondition condition = EC_Normal;
        if (!library.hasImageLibrary()) condition = library.createNewImageLibrary();
        if (condition.good() && !library.hasImageLibraryGroup()) condition = library.addImageGroup();
        if (condition.bad()) return condition;
        DcmDataset described;
        described.putAndInsertString(DCM_SOPClassUID, image->sop_class_uid);
        described.putAndInsertString(DCM_SOPInstanceUID, image->sop_instance_uid);
        described.putAndInsertString(DCM_Modality, modality);
        condition = library.addImageEntry(described, TID1600_ImageLibrary::withAllDescriptors);
        return condition == CMR_EC_NoImageLibraryEntryDescriptorsToBeAdded ? EC_Normal : condition;
    });
}

bool cdcmtk_report_begin_group(cdcmtk_report *report, const char *trackingIdentifier, const char *trackingUID, const cdcmtk_code *finding,
                               char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] {
        OFCondition condition = report->measurements.addIndividualMeasurements();
        if (condition.bad()) return condition;
        TID1500_MeasurementReport::TID1501_Measurements &group = report->measurements.getIndividualMeasurements();
        condition = group.setTrackingIdentifier(trackingIdentifier);
        if (condition.good()) condition = group.setTrackingUniqueIdentifier(trackingUID);
        return condition.good() ? group.setFinding(coded(finding)) : condition;
    });
}

bool cdcmtk_report_set_algorithm(cdcmtk_report *report, const char *name, const char *version, const char *parameters, char *message,
                                 size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] {
        TID4019_AlgorithmIdentification algorithm;
        OFCondition condition = algorithm.setIdentification(name, version);
        if (condition.good()) condition = algorithm.addParameter(parameters);
        if (condition.bad()) return condition;
        TID1500_MeasurementReport::TID1501_Measurements &group = report->measurements.getIndividualMeasurements();
        if (group.gotoNamedNode(CODE_DCM_Finding) == 0) return failure("the group has no finding");
        return group.insertExtraTemplate(algorithm, DSRTypes::AM_afterCurrent, DSRTypes::RT_hasConceptMod);
    });
}

bool cdcmtk_report_add_measurement(cdcmtk_report *report, const cdcmtk_code *concept_name, const char *value, const cdcmtk_code *unit,
                                   const cdcmtk_code *purpose, const cdcmtk_reference *image, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] {
        typedef TID1500_MeasurementReport::TID1501_Measurements Group;
        Group &group = report->measurements.getIndividualMeasurements();
        const Group::MeasurementValue number(value, CID7181_AbstractMultiDimensionalImageModelComponentUnits(coded(unit)));
        const OFCondition condition = group.addMeasurement(CID7469_GenericIntensityAndSizeMeasurements(coded(concept_name)), number);
        if (condition.bad()) return condition;
        return group.getMeasurement().addImage(coded(purpose), DSRImageReferenceValue(image->sop_class_uid, image->sop_instance_uid));
    });
}

bool cdcmtk_report_add_evaluation(cdcmtk_report *report, const cdcmtk_code *concept_name, const char *text, char *message, size_t capacity) {
    const QuietThread quiet;
    return guarded(message, capacity, [&] { return report->measurements.addQualitativeEvaluation(coded(concept_name), OFString(text)); });
}

}  // extern "C"
