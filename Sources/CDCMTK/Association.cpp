// An association's life: request, admission, messages, end (PS3.8 section 7, PS3.7 section 9).

#include "Association.h"

#include "dcmtk/dcmdata/dcuid.h"
#include "dcmtk/dcmnet/dimse.h"
#include "dcmtk/ofstd/ofstd.h"

#include <cstring>
#include <mutex>

namespace cdcmtk {

namespace {

/// An AE title without the blanks around it, which carry no meaning (PS3.5 section 6.2, AE).
std::string trimmed(const char *title) {
    const std::string text(title);
    const size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

Association::Association(PeerSocket &socket, const ListenerSettings &settings, const cdcmtk_listener_handlers &handlers,
                         Counters &counters)
    : socket_(socket), settings_(settings), handlers_(handlers), counters_(counters), transport_(socket),
      contexts_(settings.acceptsUnknownSOPClasses), incoming_(socket, static_cast<size_t>(settings.pduSize)) {}

Association::~Association() {
    ASC_destroyAssociation(&association_);
    if (holdsPlace_) --counters_.associationsOpen;
}

void Association::serve() {
    if (receiveRequest() && admit() && acknowledge()) converse();
}

void Association::report(cdcmtk_event_kind kind, const std::string &detail) {
    const cdcmtk_listener_event event = {kind, socket_.address().c_str(), callingAETitle_.c_str(), calledAETitle_.c_str(),
                                         detail.c_str(), objects_};
    handlers_.event(handlers_.context, &event);
}

bool Association::receiveRequest() {
    switch (socket_.readAssociateRequest()) {
        case PeerSocket::FirstPDU::associateRequest: break;
        case PeerSocket::FirstPDU::notDICOM:
            ++counters_.connectionsRefused;
            report(cdcmtk_event_connection_not_dicom, socket_.strangeness());
            socket_.sendAbort();
            socket_.closeGently();
            return false;
        case PeerSocket::FirstPDU::none:
            if (socket_.ending() == Ending::timedOut) {
                ++counters_.connectionsRefused;
                report(cdcmtk_event_connection_timed_out);
            } else {
                report(cdcmtk_event_connection_silent);
            }
            return false;
    }

    OFCondition condition;
    {
        // DCMTK takes a socket that others have accepted through a variable of the process. Nobody waits long for it: the whole
        // request has been read, so all this does is parse.
        static std::mutex handOver;
        const std::lock_guard<std::mutex> lock(handOver);
        dcmExternalSocketHandle.set(socket_.descriptor());
        T_ASC_Network *network = nullptr;
        const int seconds = static_cast<int>(settings_.limits.acse.count() / 1000) + 1;
        condition = ASC_initializeNetwork(NET_ACCEPTOR, 0, seconds, &network);
        network_.reset(network);
        if (condition.good()) condition = ASC_setTransportLayer(network, &transport_, 0);
        if (condition.good())
            condition = ASC_receiveAssociation(network, &association_, settings_.pduSize, nullptr, nullptr, OFFalse, DUL_NOBLOCK, seconds);
        dcmExternalSocketHandle.set(DCMNET_INVALID_SOCKET);
    }
    if (condition.bad() || association_ == nullptr || association_->DULassociation == nullptr) {
        ++counters_.connectionsRefused;
        report(cdcmtk_event_connection_not_dicom, condition.text());
        socket_.sendAbort();
        socket_.closeGently();
        return false;
    }
    socket_.beginAssociation();
    callingAETitle_ = trimmed(association_->params->DULparams.callingAPTitle);
    calledAETitle_ = trimmed(association_->params->DULparams.calledAPTitle);
    return true;
}

void Association::reject(T_ASC_RejectParametersResult result, T_ASC_RejectParametersSource source,
                         T_ASC_RejectParametersReason reason, cdcmtk_event_kind kind) {
    const T_ASC_RejectParameters parameters = {result, source, reason};
    ++counters_.associationsRejected;
    (void)ASC_rejectAssociation(association_, &parameters);
    report(kind);
    socket_.closeGently();
}

bool Association::admit() {
    const auto &allowed = settings_.allowedCallingAETitles;
    if (std::strcmp(association_->params->DULparams.applicationContextName, UID_StandardApplicationContext) != 0) {
        reject(ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, ASC_REASON_SU_APPCONTEXTNAMENOTSUPPORTED,
               cdcmtk_event_rejected_application_context);
        return false;
    }
    if (settings_.checksCalledAETitle && calledAETitle_ != settings_.aeTitle) {
        reject(ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED,
               cdcmtk_event_rejected_called_ae_title);
        return false;
    }
    if (!allowed.empty() && allowed.count(callingAETitle_) == 0) {
        reject(ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED,
               cdcmtk_event_rejected_calling_ae_title);
        return false;
    }
    holdsPlace_ = true;
    if (++counters_.associationsOpen > settings_.maximumAssociations) {
        --counters_.associationsOpen;
        holdsPlace_ = false;
        reject(ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
               ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED, cdcmtk_event_rejected_limit);
        return false;
    }
    return true;
}

bool Association::acknowledge() {
    T_ASC_Parameters *parameters = association_->params;
    OFStandard::strlcpy(parameters->ourImplementationClassUID, settings_.implementationClassUID.c_str(),
                        sizeof parameters->ourImplementationClassUID);
    OFStandard::strlcpy(parameters->ourImplementationVersionName, settings_.implementationVersionName.c_str(),
                        sizeof parameters->ourImplementationVersionName);
    OFCondition condition = contexts_.negotiate(parameters);
    if (condition.good()) condition = ASC_acknowledgeAssociation(association_);
    if (condition.bad()) {
        ++counters_.connectionsRefused;
        report(cdcmtk_event_connection_not_dicom, condition.text());
        socket_.sendAbort();
        socket_.closeGently();
        return false;
    }
    ++counters_.associationsAccepted;
    report(cdcmtk_event_association_accepted);
    return true;
}

void Association::converse() {
    Step step = Step::goOn;
    while (step == Step::goOn) {
        socket_.beginWaitForMessage();
        Command command;
        T_ASC_PresentationContextID context = 0;
        step = receiveCommand(command, context);
        if (step != Step::goOn) break;
        switch (command.field) {
            case Command::echoRequest: step = answerEcho(command, context); break;
            case Command::storeRequest: step = receiveObject(command, context); break;
            case Command::cancelRequest: break;
            default:
                trouble_ = "DIMSE command other than C-STORE and C-ECHO";
                step = Step::broken;
        }
    }
    if (step == Step::released) {
        socket_.sendReleaseResponse();
        report(cdcmtk_event_association_released);
    } else if (socket_.ending() == Ending::timedOut) {
        report(cdcmtk_event_association_timed_out);
    } else if (socket_.ending() == Ending::stopped) {
        report(cdcmtk_event_association_stopped);
    } else if (step == Step::abortedByPeer) {
        report(cdcmtk_event_association_aborted_by_peer);
    } else {
        report(cdcmtk_event_association_broken, trouble_);
    }
    if (step != Step::released) socket_.sendAbort();
    socket_.closeGently();
}

Association::Step Association::nextPDV(PDV &value) {
    switch (incoming_.next(value)) {
        case DataPDUs::Result::value: return Step::goOn;
        case DataPDUs::Result::releaseRequested: return Step::released;
        case DataPDUs::Result::abortedByPeer:
        case DataPDUs::Result::ended: return Step::abortedByPeer;
        case DataPDUs::Result::broken: break;
    }
    trouble_ = incoming_.trouble();
    return Step::broken;
}

Association::Step Association::receiveCommand(Command &command, T_ASC_PresentationContextID &context) {
    // A C-STORE-RQ has three UIDs and a few numbers: well below 1 KiB.
    constexpr size_t maximumCommandBytes = 16 * 1024;
    std::vector<unsigned char> bytes;
    PDV value;
    do {
        const Step step = nextPDV(value);
        if (step != Step::goOn) return step;
        if (!value.isCommand || (!bytes.empty() && value.context != context)) {
            trouble_ = "data where a DIMSE command should be";
            return Step::broken;
        }
        context = value.context;
        if (bytes.size() + value.count > maximumCommandBytes) {
            trouble_ = "DIMSE command too long";
            return Step::broken;
        }
        bytes.insert(bytes.end(), value.fragment, value.fragment + value.count);
    } while (!value.isLast);

    if (contexts_.transferSyntax(context).empty()) {
        trouble_ = "presentation context that was not accepted";
        return Step::broken;
    }
    if (!command.parse(bytes.data(), bytes.size())) {
        trouble_ = "DIMSE command that can't be read";
        return Step::broken;
    }
    return Step::goOn;
}

Association::Step Association::answerEcho(const Command &command, T_ASC_PresentationContextID context) {
    T_DIMSE_C_EchoRQ request{};
    request.MessageID = command.messageID;
    OFStandard::strlcpy(request.AffectedSOPClassUID, UID_VerificationSOPClass, sizeof request.AffectedSOPClassUID);
    const OFCondition condition = DIMSE_sendEchoResponse(association_, context, &request, STATUS_Success, nullptr);
    if (condition.good()) return Step::goOn;
    trouble_ = condition.text();
    return Step::broken;
}

}  // namespace cdcmtk
