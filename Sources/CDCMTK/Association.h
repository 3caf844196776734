#ifndef CDCMTK_ASSOCIATION_H
#define CDCMTK_ASSOCIATION_H

#include "CDCMTK.h"
#include "Command.h"
#include "DataPDUs.h"
#include "ObjectFile.h"
#include "PeerSocket.h"
#include "PresentationContexts.h"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmnet/assoc.h"

#include <atomic>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace cdcmtk {

struct ListenerSettings {
    std::string host;
    uint16_t port = 0;
    std::string aeTitle;
    std::unordered_set<std::string> allowedCallingAETitles;
    bool checksCalledAETitle = false;
    bool acceptsUnknownSOPClasses = false;
    uint64_t maximumAssociations = 0;
    uint64_t maximumWaitingConnections = 0;
    long pduSize = 0;
    TimeLimits limits{};
    milliseconds stopGrace{};
    uint64_t maximumObjectBytes = 0;
    std::string implementationClassUID;
    std::string implementationVersionName;
};

struct Counters {
    std::atomic<uint64_t> associationsOpen{0};
    std::atomic<uint64_t> associationsAccepted{0};
    std::atomic<uint64_t> associationsRejected{0};
    std::atomic<uint64_t> connectionsRefused{0};
    std::atomic<uint64_t> objectsStored{0};
    std::atomic<uint64_t> objectsRefused{0};
    std::atomic<uint64_t> dataSetBytes{0};
};

/// One connection from its A-ASSOCIATE-RQ to its end, on a thread of its own.
class Association {
  public:
    Association(PeerSocket &socket, const ListenerSettings &settings, const cdcmtk_listener_handlers &handlers, Counters &counters);
    ~Association();
    Association(const Association &) = delete;
    Association &operator=(const Association &) = delete;

    /// Returns when the connection may be closed.
    void serve();

  private:
    /// How a step of the conversation went on.
    enum class Step { goOn, released, abortedByPeer, broken };

    struct NetworkDeleter {
        void operator()(T_ASC_Network *network) const { ASC_dropNetwork(&network); }
    };

    bool receiveRequest();
    /// Sends A-ASSOCIATE-RJ and reports it, or takes one of the places; false where the association ends here.
    bool admit();
    bool acknowledge();
    void reject(T_ASC_RejectParametersResult result, T_ASC_RejectParametersSource source, T_ASC_RejectParametersReason reason,
                cdcmtk_event_kind kind);
    void converse();

    Step nextPDV(PDV &value);
    Step receiveCommand(Command &command, T_ASC_PresentationContextID &context);
    Step answerEcho(const Command &command, T_ASC_PresentationContextID context);
    Step receiveObject(const Command &command, T_ASC_PresentationContextID context);
    Step answerStore(const Command &command, T_ASC_PresentationContextID context, const cdcmtk_store_response &response);

    void report(cdcmtk_event_kind kind, const std::string &detail = "");

    PeerSocket &socket_;
    const ListenerSettings &settings_;
    const cdcmtk_listener_handlers &handlers_;
    Counters &counters_;
    PeerTransport transport_;
    std::unique_ptr<T_ASC_Network, NetworkDeleter> network_;
    T_ASC_Association *association_ = nullptr;
    PresentationContexts contexts_;
    DataPDUs incoming_;
    ObjectFile file_;
    std::string callingAETitle_;
    std::string calledAETitle_;
    std::string trouble_;
    uint64_t objects_ = 0;
    bool holdsPlace_ = false;
};

}  // namespace cdcmtk

#endif
