// C-STORE (PS3.4 annex B): the object from the wire to its file, and the answer.

#include "Association.h"

#include "dcmtk/dcmdata/dcdatset.h"
#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmnet/dimse.h"
#include "dcmtk/ofstd/ofstd.h"

#include <cerrno>
#include <climits>
#include <cstring>
#include <system_error>

namespace cdcmtk {

namespace {

constexpr uint16_t outOfResources = 0xa700;
constexpr uint16_t cannotUnderstand = 0xc000;

cdcmtk_store_response refusal(uint16_t status, const char *comment) {
    cdcmtk_store_response response = {status, {}};
    OFStandard::strlcpy(response.error_comment, comment, sizeof response.error_comment);
    return response;
}

const char *comment(int failure) {
    switch (failure) {
        case ENOSPC:
        case EDQUOT: return "Out of space";
        default: return "The object could not be written";
    }
}

}  // namespace

/// Whatever goes wrong on this side, the data set is read to its end: the association, and the objects after this one, go on.
Association::Step Association::receiveObject(const Command &command, T_ASC_PresentationContextID context) {
    const auto isUID = [](const std::string &text) { return !text.empty() && text.size() <= DUL_LEN_UID; };
    if (!command.hasDataSet())
        return answerStore(command, context, refusal(cannotUnderstand, "C-STORE request without a data set"));

    cdcmtk_store_response response = {0, {}};
    bool accepting = true;
    if (!isUID(command.affectedSOPClassUID) || !isUID(command.affectedSOPInstanceUID)) {
        response = refusal(cannotUnderstand, "Affected SOP Class or Instance UID missing or too long");
        accepting = false;
    }

    const std::string meta = FileMeta{command.affectedSOPClassUID, command.affectedSOPInstanceUID, contexts_.transferSyntax(context),
                                      settings_.implementationClassUID, settings_.implementationVersionName, callingAETitle_}.encoded();
    if (accepting) {
        char path[PATH_MAX] = {};
        if (!handlers_.new_file(handlers_.context, path, sizeof path)) {
            response = refusal(outOfResources, "No place for the object");
            accepting = false;
        } else if (!file_.open(path)) {
            response = refusal(outOfResources, comment(file_.failure()));
            report(cdcmtk_event_object_not_written, std::generic_category().message(file_.failure()));
            accepting = false;
        } else {
            file_.append(meta.data(), meta.size());
        }
    }

    uint64_t byteCount = 0;
    PDV value;
    do {
        Step step = nextPDV(value);
        if (step == Step::goOn && (value.isCommand || value.context != context)) {
            trouble_ = "command or other context within a data set";
            step = Step::broken;
        }
        if (step != Step::goOn) {
            file_.discard();
            // A release asked for in the middle of an object is no orderly end.
            if (step == Step::released) trouble_ = "release within a data set";
            return step == Step::released ? Step::broken : step;
        }
        byteCount += value.count;
        counters_.dataSetBytes += value.count;
        if (!accepting) continue;
        if (byteCount > settings_.maximumObjectBytes) {
            response = refusal(outOfResources, "The object is larger than this system takes");
            report(cdcmtk_event_object_not_written, "larger than the limit on objects");
            accepting = false;
        } else if (!file_.append(value.fragment, value.count)) {
            response = refusal(outOfResources, comment(file_.failure()));
            report(cdcmtk_event_object_not_written, std::generic_category().message(file_.failure()));
            accepting = false;
        }
        if (!accepting) file_.discard();
    } while (!value.isLast);

    if (accepting && !file_.close()) {
        response = refusal(outOfResources, comment(file_.failure()));
        report(cdcmtk_event_object_not_written, std::generic_category().message(file_.failure()));
        accepting = false;
    }
    if (accepting) {
        const cdcmtk_received_object object = {
            file_.path().c_str(),
            meta.size(),
            byteCount,
            callingAETitle_.c_str(),
            calledAETitle_.c_str(),
            socket_.address().c_str(),
            contexts_.transferSyntax(context).c_str(),
            command.affectedSOPClassUID.c_str(),
            command.affectedSOPInstanceUID.c_str(),
            command.messageID,
        };
        response.status = outOfResources;
        handlers_.store(handlers_.context, &object, &response);
    }
    ++objects_;
    return answerStore(command, context, response);
}

Association::Step Association::answerStore(const Command &command, T_ASC_PresentationContextID context,
                                           const cdcmtk_store_response &response) {
    // DIMSE_sendStoreResponse of DCMTK always names the instance, and refuses to where the request did not.
    T_DIMSE_Message message{};
    message.CommandField = DIMSE_C_STORE_RSP;
    T_DIMSE_C_StoreRSP &answer = message.msg.CStoreRSP;
    answer.MessageIDBeingRespondedTo = command.messageID;
    answer.DimseStatus = response.status;
    answer.DataSetType = DIMSE_DATASET_NULL;
    const auto name = [&](const std::string &uid, DIC_UI &field, unsigned int option) {
        if (uid.empty() || uid.size() >= sizeof field) return;
        OFStandard::strlcpy(field, uid.c_str(), sizeof field);
        answer.opts |= option;
    };
    name(command.affectedSOPClassUID, answer.AffectedSOPClassUID, O_STORE_AFFECTEDSOPCLASSUID);
    name(command.affectedSOPInstanceUID, answer.AffectedSOPInstanceUID, O_STORE_AFFECTEDSOPINSTANCEUID);
    DcmDataset detail;
    const bool commented = response.error_comment[0] != '\0' && response.status != STATUS_Success;
    if (commented) detail.putAndInsertString(DCM_ErrorComment, response.error_comment);
    // Warnings (0xBxxx) mean that the object is stored.
    const bool stored = response.status == STATUS_Success || (response.status & 0xf000) == 0xb000;
    ++(stored ? counters_.objectsStored : counters_.objectsRefused);
    const OFCondition condition =
        DIMSE_sendMessageUsingMemoryData(association_, context, &message, commented ? &detail : nullptr, nullptr, nullptr, nullptr);
    if (condition.good()) return Step::goOn;
    if (socket_.ending() != Ending::none) return Step::abortedByPeer;
    trouble_ = condition.text();
    return Step::broken;
}

}  // namespace cdcmtk
