// The listening socket, its accept loop, and the C interface.

#include "Association.h"
#include "CDCMTK.h"
#include "Guarded.h"
#include "Log.h"

#include "dcmtk/dcmnet/cond.h"

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace cdcmtk;

namespace {

std::string numericAddress(const sockaddr_storage &peer, socklen_t length) {
    char host[NI_MAXHOST] = {};
    const int failure = getnameinfo(reinterpret_cast<const sockaddr *>(&peer), length, host, sizeof host, nullptr, 0, NI_NUMERICHOST);
    return failure == 0 ? host : "unknown";
}

/// A descriptor above those of standard input, output and error, one of which may be closed: DCMTK takes 0 for none.
int aboveStandard(int descriptor) {
    if (descriptor > STDERR_FILENO) return descriptor;
    const int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::close(descriptor);
    return moved;
}

std::system_error systemError(int code) { return std::system_error(code, std::generic_category()); }

}  // namespace

struct cdcmtk_listener {
    cdcmtk_listener(ListenerSettings settings, const cdcmtk_listener_handlers &handlers)
        : settings(std::move(settings)), handlers(handlers), stop(this->settings.stopGrace) {}
    ~cdcmtk_listener() { closeDescriptor(); }

    uint16_t bind();
    void run();
    void closeDescriptor() {
        if (descriptor >= 0) ::close(descriptor);
        descriptor = -1;
    }

    ListenerSettings settings;
    cdcmtk_listener_handlers handlers;
    StopSignal stop;
    Counters counters;

  private:
    void accept();
    void serve(int peer, const std::string &address) noexcept;
    void report(cdcmtk_event_kind kind, const std::string &address, const char *detail);

    int descriptor = -1;
    std::mutex mutex;
    std::condition_variable connectionEnded;
    uint64_t connections = 0;
};

uint16_t cdcmtk_listener::bind() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo *found = nullptr;
    const int failure = getaddrinfo(settings.host.c_str(), std::to_string(settings.port).c_str(), &hints, &found);
    if (failure != 0) throw std::runtime_error(gai_strerror(failure));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> address(found, freeaddrinfo);

    descriptor = aboveStandard(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (descriptor < 0) throw systemError(errno);
    const int yes = 1;
    (void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(descriptor, address->ai_addr, address->ai_addrlen) != 0) throw systemError(errno);
    if (::listen(descriptor, SOMAXCONN) != 0) throw systemError(errno);

    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    if (getsockname(descriptor, reinterpret_cast<sockaddr *>(&bound), &length) != 0) throw systemError(errno);
    return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6 *>(&bound)->sin6_port
                                             : reinterpret_cast<sockaddr_in *>(&bound)->sin_port);
}

void cdcmtk_listener::report(cdcmtk_event_kind kind, const std::string &address, const char *detail) {
    const cdcmtk_listener_event event = {kind, address.c_str(), "", "", detail, 0};
    handlers.event(handlers.context, &event);
}

void cdcmtk_listener::run() {
    int failure = 0;
    while (!stop.isRaised() && failure == 0) {
        pollfd waiting[2] = {{descriptor, POLLIN, 0}, {stop.descriptor(), POLLIN, 0}};
        const int ready = ::poll(waiting, 2, -1);
        if (ready > 0 && waiting[0].revents != 0 && !stop.isRaised()) accept();
        if (ready < 0 && errno != EINTR) failure = errno;
    }
    stop.raise();
    // From here on a sender is refused at once, and can try elsewhere.
    closeDescriptor();
    std::unique_lock<std::mutex> lock(mutex);
    connectionEnded.wait(lock, [this] { return connections == 0; });
    if (failure != 0) throw systemError(failure);
}

void cdcmtk_listener::accept() {
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    int peer = ::accept4(descriptor, reinterpret_cast<sockaddr *>(&from), &length, SOCK_CLOEXEC);
    if (peer >= 0) peer = aboveStandard(peer);
    if (peer < 0) {
        if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
        report(cdcmtk_event_out_of_descriptors, "", std::generic_category().message(errno).c_str());
        // The connection stays in the queue; without a pause this would spin until a descriptor is free.
        pollfd waiting = {stop.descriptor(), POLLIN, 0};
        (void)::poll(&waiting, 1, 250);
        return;
    }
    const int yes = 1;
    (void)setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)setsockopt(peer, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    const std::string address = numericAddress(from, length);
    {
        const std::lock_guard<std::mutex> lock(mutex);
        if (connections - counters.associationsOpen < settings.maximumWaitingConnections) {
            ++connections;
        } else {
            ::close(peer);
            peer = -1;
        }
    }
    if (peer < 0) {
        ++counters.connectionsRefused;
        report(cdcmtk_event_connection_over_limit, address, "");
        return;
    }
    try {
        std::thread([this, peer, address] { serve(peer, address); }).detach();
    } catch (const std::system_error &error) {
        ::close(peer);
        ++counters.connectionsRefused;
        report(cdcmtk_event_connection_over_limit, address, error.what());
        const std::lock_guard<std::mutex> lock(mutex);
        --connections;
    }
}

void cdcmtk_listener::serve(int peer, const std::string &address) noexcept {
    char message[256] = "";
    const bool ended = guarded(message, sizeof message, [&] {
        const QuietThread quiet;
        PeerSocket socket(peer, address, stop, settings.limits);
        Association(socket, settings, handlers, counters).serve();
        return EC_Normal;
    });
    if (!ended) report(cdcmtk_event_association_broken, address, message);
    // Under the lock to the end: `run` may not return, and this object go, before it is through.
    const std::lock_guard<std::mutex> lock(mutex);
    --connections;
    connectionEnded.notify_all();
}

extern "C" {

cdcmtk_listener *cdcmtk_listener_create(const cdcmtk_listener_settings *from, const cdcmtk_listener_handlers *handlers,
                                        char *message, size_t capacity) {
    cdcmtk_listener *listener = nullptr;
    guarded(message, capacity, [&] {
        ListenerSettings settings;
        settings.host = from->host;
        settings.port = from->port;
        settings.aeTitle = from->ae_title;
        settings.checksCalledAETitle = from->checks_called_ae_title;
        settings.acceptsUnknownSOPClasses = from->accepts_unknown_sop_classes;
        settings.maximumAssociations = from->maximum_associations;
        settings.maximumWaitingConnections = from->maximum_waiting_connections;
        settings.pduSize = static_cast<long>(from->pdu_size);
        settings.limits = {milliseconds(from->acse_timeout_ms), milliseconds(from->dimse_timeout_ms), milliseconds(from->idle_timeout_ms)};
        settings.stopGrace = milliseconds(from->stop_grace_ms);
        settings.maximumObjectBytes = from->maximum_object_bytes;
        settings.implementationClassUID = from->implementation_class_uid;
        settings.implementationVersionName = from->implementation_version_name;
        listener = new cdcmtk_listener(std::move(settings), *handlers);
        return EC_Normal;
    });
    return listener;
}

bool cdcmtk_listener_allow_calling_ae_title(cdcmtk_listener *listener, const char *title, char *message, size_t capacity) {
    return guarded(message, capacity, [&] {
        listener->settings.allowedCallingAETitles.insert(title);
        return EC_Normal;
    });
}

uint16_t cdcmtk_listener_bind(cdcmtk_listener *listener, char *message, size_t capacity) {
    uint16_t port = 0;
    guarded(message, capacity, [&] {
        port = listener->bind();
        return EC_Normal;
    });
    return port;
}

bool cdcmtk_listener_run(cdcmtk_listener *listener, char *message, size_t capacity) {
    return guarded(message, capacity, [&] {
        listener->run();
        return EC_Normal;
    });
}

void cdcmtk_listener_stop(cdcmtk_listener *listener) { listener->stop.raise(); }

cdcmtk_listener_counters cdcmtk_listener_count(const cdcmtk_listener *listener) {
    const Counters &counters = listener->counters;
    return {counters.associationsOpen,   counters.associationsAccepted, counters.associationsRejected, counters.connectionsRefused,
            counters.objectsStored,      counters.objectsRefused,       counters.dataSetBytes};
}

void cdcmtk_listener_free(cdcmtk_listener *listener) { delete listener; }

}  // extern "C"
