// C-STORE as a client: association, object, answer.

#include "Sender.h"

#include "DataSet.h"
#include "Guarded.h"
#include "Log.h"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcistrmb.h"
#include "dcmtk/dcmdata/dcuid.h"
#include "dcmtk/dcmnet/cond.h"
#include "dcmtk/dcmnet/dcmtrans.h"
#include "dcmtk/dcmnet/dimse.h"
#include "dcmtk/ofstd/ofstd.h"

#include <sys/socket.h>

namespace cdcmtk {

void Lifeline::hold(int descriptor) {
    const std::lock_guard<std::mutex> lock(mutex_);
    descriptor_ = descriptor;
    if (isCut_) (void)::shutdown(descriptor_, SHUT_RDWR);
}

void Lifeline::letGo() {
    const std::lock_guard<std::mutex> lock(mutex_);
    descriptor_ = -1;
}

void Lifeline::cut() {
    const std::lock_guard<std::mutex> lock(mutex_);
    isCut_ = true;
    if (descriptor_ >= 0) (void)::shutdown(descriptor_, SHUT_RDWR);
}

bool Lifeline::isCut() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return isCut_;
}

DcmTransportConnection *SenderTransport::createConnection(DcmNativeSocketType openSocket, OFBool useSecureLayer) {
    lifeline_.hold(openSocket);
    return DcmTransportLayer::createConnection(openSocket, useSecureLayer);
}

Sending::~Sending() {
    sender_.lifeline.letGo();
    // Parameters belong to the association once there is one.
    if (association_) ASC_destroyAssociation(&association_);
    else if (parameters_) ASC_destroyAssociationParameters(&parameters_);
    if (network_) ASC_dropNetwork(&network_);
}

cdcmtk_sending Sending::ended(cdcmtk_sending_end end, const char *detail) const {
    cdcmtk_sending sending = {};
    sending.end = sender_.lifeline.isCut() ? cdcmtk_sending_cancelled : end;
    OFStandard::strlcpy(sending.detail, detail, sizeof sending.detail);
    return sending;
}

bool Sending::read(const uint8_t *file, size_t count) {
    DcmInputBufferStream stream;
    stream.setBuffer(file, static_cast<offile_off_t>(count));
    stream.setEos();
    file_.transferInit();
    const OFCondition condition = file_.read(stream);
    file_.transferEnd();
    return condition.good() && file_.getDataset()->findAndGetOFString(DCM_SOPClassUID, sopClassUID_).good() &&
           file_.getDataset()->findAndGetOFString(DCM_SOPInstanceUID, sopInstanceUID_).good() && !sopClassUID_.empty() &&
           !sopInstanceUID_.empty() && sopInstanceUID_.size() <= DUL_LEN_UID && sopClassUID_.size() <= DUL_LEN_UID;
}

OFCondition Sending::request() {
    // Of the whole process; the same for all senders. The listener has a transport of its own.
    dcmConnectionTimeout.set(sender_.connectSeconds);
    dcmSocketSendTimeout.set(sender_.dimseSeconds);
    dcmSocketReceiveTimeout.set(sender_.dimseSeconds);
    OFCondition condition = ASC_initializeNetwork(NET_REQUESTOR, 0, sender_.acseSeconds, &network_);
    if (condition.good()) condition = ASC_setTransportLayer(network_, &transport_, 0);
    if (condition.good()) condition = ASC_createAssociationParameters(&parameters_, sender_.pduSize);
    if (condition.bad()) return condition;
    OFStandard::strlcpy(parameters_->ourImplementationClassUID, sender_.implementationClassUID.c_str(),
                        sizeof parameters_->ourImplementationClassUID);
    OFStandard::strlcpy(parameters_->ourImplementationVersionName, sender_.implementationVersionName.c_str(),
                        sizeof parameters_->ourImplementationVersionName);
    ASC_setAPTitles(parameters_, sender_.callingAETitle.c_str(), sender_.calledAETitle.c_str(), nullptr);
    ASC_setPresentationAddresses(parameters_, OFStandard::getHostName().c_str(), sender_.peer.c_str());
    const char *syntaxes[] = {UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax};
    condition = ASC_addPresentationContext(parameters_, 1, sopClassUID_.c_str(), syntaxes, 2);
    if (condition.bad()) return condition;
    return ASC_requestAssociation(network_, parameters_, &association_, nullptr, nullptr, DUL_NOBLOCK, sender_.acseSeconds);
}

cdcmtk_sending Sending::refused(const OFCondition &condition) const {
    if (condition == DUL_ASSOCIATIONREJECTED) {
        cdcmtk_sending sending = ended(cdcmtk_sending_rejected, "");
        T_ASC_RejectParameters rejection = {};
        ASC_getRejectParameters(parameters_, &rejection);
        sending.result = static_cast<uint16_t>(rejection.result);
        sending.source = static_cast<uint16_t>(rejection.source);
        // DCMTK numbers a reason by its source, too.
        sending.reason = static_cast<uint16_t>(rejection.reason & 0xff);
        return sending;
    }
    const bool isConnection = condition.code() == DULC_TCPINITERROR || condition.code() == DULC_UNKNOWNHOST;
    return ended(isConnection ? cdcmtk_sending_no_connection : cdcmtk_sending_no_association, condition.text());
}

cdcmtk_sending Sending::store(T_ASC_PresentationContextID context) {
    T_DIMSE_C_StoreRQ request = {};
    request.MessageID = association_->nextMsgID++;
    OFStandard::strlcpy(request.AffectedSOPClassUID, sopClassUID_.c_str(), sizeof request.AffectedSOPClassUID);
    OFStandard::strlcpy(request.AffectedSOPInstanceUID, sopInstanceUID_.c_str(), sizeof request.AffectedSOPInstanceUID);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    T_DIMSE_C_StoreRSP response = {};
    DcmDataset *detail = nullptr;
    const OFCondition condition = DIMSE_storeUser(association_, context, &request, nullptr, file_.getDataset(), nullptr, nullptr,
                                                  DIMSE_NONBLOCKING, sender_.dimseSeconds, &response, &detail);
    const std::unique_ptr<DcmDataset> owned(detail);
    if (condition.good()) {
        cdcmtk_sending sending = {};
        sending.end = cdcmtk_sending_answered;
        sending.status = response.DimseStatus;
        OFString comment;
        if (detail && detail->findAndGetOFString(DCM_ErrorComment, comment).good())
            OFStandard::strlcpy(sending.error_comment, comment.c_str(), sizeof sending.error_comment);
        (void)ASC_releaseAssociation(association_);
        return sending;
    }
    const bool isSilent = condition == DIMSE_NODATAAVAILABLE || condition == DUL_READTIMEOUT;
    const cdcmtk_sending sending = ended(isSilent ? cdcmtk_sending_no_answer : cdcmtk_sending_broken, condition.text());
    (void)ASC_abortAssociation(association_);
    return sending;
}

cdcmtk_sending Sending::send(const uint8_t *file, size_t count) {
    if (sender_.lifeline.isCut()) return ended(cdcmtk_sending_cancelled, "");
    if (!read(file, count)) return ended(cdcmtk_sending_not_an_object, "");
    const OFCondition condition = request();
    if (condition.bad()) return refused(condition);
    const T_ASC_PresentationContextID context = ASC_findAcceptedPresentationContextID(association_, sopClassUID_.c_str());
    if (context != 0) return store(context);
    (void)ASC_releaseAssociation(association_);
    return ended(cdcmtk_sending_context_refused, "");
}

}  // namespace cdcmtk

using namespace cdcmtk;

extern "C" {

cdcmtk_sender *cdcmtk_sender_create(const cdcmtk_sender_settings *from, char *message, size_t capacity) {
    std::unique_ptr<cdcmtk_sender> sender;
    const bool isMade = guarded(message, capacity, [&]() -> OFCondition {
        sender.reset(new cdcmtk_sender);
        sender->peer = std::string(from->host) + ":" + std::to_string(from->port);
        // DUL_ASSOCIATESERVICEPARAMETERS has 64 bytes for it.
        if (sender->peer.size() > 63) return failure("the host's name is too long");
        sender->calledAETitle = from->called_ae_title;
        sender->callingAETitle = from->calling_ae_title;
        sender->connectSeconds = static_cast<int>(from->connect_timeout_s);
        sender->acseSeconds = static_cast<int>(from->acse_timeout_s);
        sender->dimseSeconds = static_cast<int>(from->dimse_timeout_s);
        sender->pduSize = static_cast<long>(from->pdu_size);
        sender->implementationClassUID = from->implementation_class_uid;
        sender->implementationVersionName = from->implementation_version_name;
        return EC_Normal;
    });
    return isMade ? sender.release() : nullptr;
}

cdcmtk_sending cdcmtk_sender_send(cdcmtk_sender *sender, const uint8_t *file, size_t count) {
    const QuietThread quiet;
    cdcmtk_sending sending = {};
    sending.end = cdcmtk_sending_broken;
    guarded(sending.detail, sizeof sending.detail, [&] {
        sending = Sending(*sender).send(file, count);
        return EC_Normal;
    });
    return sending;
}

void cdcmtk_sender_cancel(cdcmtk_sender *sender) { sender->lifeline.cut(); }

void cdcmtk_sender_free(cdcmtk_sender *sender) { delete sender; }

}  // extern "C"
