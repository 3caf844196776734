#include "PeerSocket.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cdcmtk {

namespace {

constexpr unsigned char associateRequestType = 0x01;
/// DCMTK's own bound (dcmAssociatePDUSizeLimit); a real one stays below 64 KiB.
constexpr size_t maximumAssociateRequestBytes = 1 << 20;
/// How long a peer gets to read a last PDU and close.
constexpr milliseconds gentleClose{1000};

std::string describe(const unsigned char *head) {
    if (head[0] == 0x16 && head[1] == 0x03) return "TLS handshake";
    if (std::memcmp(head, "GET ", 4) == 0 || std::memcmp(head, "POST", 4) == 0 || std::memcmp(head, "HEAD", 4) == 0)
        return "HTTP request";
    char text[32];
    std::snprintf(text, sizeof text, "first byte 0x%02x", head[0]);
    return text;
}

}  // namespace

StopSignal::StopSignal(milliseconds grace) : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), grace_(grace) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

StopSignal::~StopSignal() { ::close(descriptor_); }

void StopSignal::raise() noexcept {
    Clock::rep expected = never;
    const Clock::rep until = (Clock::now() + grace_).time_since_epoch().count();
    if (!deadline_.compare_exchange_strong(expected, until)) return;
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

PeerSocket::PeerSocket(int descriptor, std::string address, const StopSignal &stop, TimeLimits limits)
    : descriptor_(descriptor), address_(std::move(address)), stop_(stop), limits_(limits) {}

PeerSocket::~PeerSocket() { ::close(descriptor_); }

/// False at the deadline, or, with `endsOnStop`, when the listener stops; `ending_` says which.
bool PeerSocket::wait(short events, Clock::time_point deadline, bool endsOnStop) {
    while (true) {
        const bool stopping = stop_.isRaised();
        if (stopping && endsOnStop) {
            ending_ = Ending::stopped;
            return false;
        }
        const Clock::time_point until = std::min(deadline, stop_.deadline());
        const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
        if (left.count() <= 0) {
            ending_ = until < deadline ? Ending::stopped : Ending::timedOut;
            return false;
        }
        pollfd waiting[2] = {{descriptor_, events, 0}, {stop_.descriptor(), POLLIN, 0}};
        // Once the signal is raised its descriptor stays readable: only the deadline counts then.
        const int count = ::poll(waiting, stopping ? 1 : 2, static_cast<int>(std::min<int64_t>(left.count(), 60'000)));
        if (count > 0 && waiting[0].revents != 0) return true;
        if (count < 0 && errno != EINTR) {
            ending_ = Ending::closedByPeer;
            return false;
        }
    }
}

size_t PeerSocket::read(void *buffer, size_t count) {
    if (ending_ != Ending::none || count == 0) return 0;
    if (reading_ == Reading::ahead) {
        const size_t taken = std::min(count, ahead_.size() - aheadTaken_);
        std::memcpy(buffer, ahead_.data() + aheadTaken_, taken);
        aheadTaken_ += taken;
        return taken;
    }
    const bool between = reading_ == Reading::betweenMessages;
    if (between && stop_.isRaised()) {
        ending_ = Ending::stopped;
        return 0;
    }
    while (true) {
        const ssize_t received = ::recv(descriptor_, buffer, count, MSG_DONTWAIT);
        if (received > 0) {
            reading_ = Reading::insideMessage;
            return static_cast<size_t>(received);
        }
        if (received < 0 && errno == EINTR) continue;
        if (received == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
            ending_ = Ending::closedByPeer;
            return 0;
        }
        if (!wait(POLLIN, Clock::now() + (between ? limits_.idle : limits_.dimse), between)) return 0;
    }
}

bool PeerSocket::readFully(unsigned char *buffer, size_t count, Clock::time_point deadline) {
    while (count > 0) {
        const ssize_t received = ::recv(descriptor_, buffer, count, MSG_DONTWAIT);
        if (received > 0) {
            buffer += received;
            count -= static_cast<size_t>(received);
        } else if (received < 0 && errno == EINTR) {
            continue;
        } else if (received == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
            ending_ = Ending::closedByPeer;
            return false;
        } else if (!wait(POLLIN, deadline, true)) {
            return false;
        }
    }
    return true;
}

PeerSocket::FirstPDU PeerSocket::readAssociateRequest() {
    constexpr size_t headBytes = 6;
    const Clock::time_point deadline = Clock::now() + limits_.acse;
    ahead_.resize(headBytes);
    aheadTaken_ = 0;
    if (!readFully(ahead_.data(), 1, deadline)) return FirstPDU::none;
    if (!readFully(ahead_.data() + 1, headBytes - 1, deadline)) {
        if (ending_ == Ending::closedByPeer) strangeness_ = "closed inside the first PDU";
        return ending_ == Ending::closedByPeer ? FirstPDU::notDICOM : FirstPDU::none;
    }
    const unsigned char *head = ahead_.data();
    const size_t length = size_t(head[2]) << 24 | size_t(head[3]) << 16 | size_t(head[4]) << 8 | size_t(head[5]);
    if (head[0] != associateRequestType) {
        strangeness_ = describe(head);
        return FirstPDU::notDICOM;
    }
    if (length > maximumAssociateRequestBytes) {
        strangeness_ = "A-ASSOCIATE-RQ of " + std::to_string(length) + " bytes";
        return FirstPDU::notDICOM;
    }
    // In steps, so that a length that is merely claimed costs no memory.
    while (ahead_.size() < headBytes + length) {
        const size_t filled = ahead_.size();
        ahead_.resize(std::min(headBytes + length, filled + 65'536));
        if (!readFully(ahead_.data() + filled, ahead_.size() - filled, deadline)) {
            if (ending_ == Ending::closedByPeer) strangeness_ = "closed inside the A-ASSOCIATE-RQ";
            return ending_ == Ending::closedByPeer ? FirstPDU::notDICOM : FirstPDU::none;
        }
    }
    return FirstPDU::associateRequest;
}

bool PeerSocket::write(const void *buffer, size_t count) {
    const auto *bytes = static_cast<const unsigned char *>(buffer);
    const Clock::time_point deadline = Clock::now() + limits_.dimse;
    while (count > 0) {
        const ssize_t sent = ::send(descriptor_, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            bytes += sent;
            count -= static_cast<size_t>(sent);
        } else if (sent < 0 && errno == EINTR) {
            continue;
        } else if (sent == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
            if (ending_ == Ending::none) ending_ = Ending::closedByPeer;
            return false;
        } else if (!wait(POLLOUT, deadline, false)) {
            return false;
        }
    }
    return true;
}

void PeerSocket::sendReleaseResponse() {
    const unsigned char response[10] = {0x06, 0, 0, 0, 0, 4, 0, 0, 0, 0};
    (void)write(response, sizeof response);
}

void PeerSocket::sendAbort() {
    const unsigned char abort[10] = {0x07, 0, 0, 0, 0, 4, 0, 0, 0x02, 0};
    (void)::send(descriptor_, abort, sizeof abort, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void PeerSocket::closeGently() {
    if (ending_ == Ending::closedByPeer || ::shutdown(descriptor_, SHUT_WR) != 0) return;
    const Clock::time_point deadline = Clock::now() + gentleClose;
    unsigned char scrap[16'384];
    while (true) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
        pollfd waiting = {descriptor_, POLLIN, 0};
        if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return;
        if (::recv(descriptor_, scrap, sizeof scrap, MSG_DONTWAIT) <= 0) return;
    }
}

namespace {

/// What DCMTK deletes when it is done; the socket itself stays with the association's thread.
class PeerConnection : public DcmTransportConnection {
  public:
    explicit PeerConnection(PeerSocket &socket) : DcmTransportConnection(-1), socket_(socket) {}

    OFCondition serverSideHandshake() override { return EC_Normal; }
    OFCondition clientSideHandshake() override { return EC_Normal; }
    OFCondition renegotiate(const char *) override { return EC_Normal; }
    ssize_t read(void *buffer, size_t count) override { return static_cast<ssize_t>(socket_.read(buffer, count)); }
    ssize_t write(void *buffer, size_t count) override {
        if (socket_.write(buffer, count)) return static_cast<ssize_t>(count);
        errno = EPIPE;
        return -1;
    }
    void close() override {}
    void closeTransportConnection() override {}
    unsigned long getPeerCertificateLength() override { return 0; }
    unsigned long getPeerCertificate(void *, unsigned long) override { return 0; }
    /// `read` itself waits, and knows for how long.
    OFBool networkDataAvailable(int) override { return OFTrue; }
    OFBool isTransparentConnection() override { return OFFalse; }
    OFString &dumpConnectionParameters(OFString &text) override { return text = "Transport connection: TCP/IP, unencrypted."; }

  private:
    PeerSocket &socket_;
};

}  // namespace

DcmTransportConnection *PeerTransport::createConnection(DcmNativeSocketType, OFBool) { return new PeerConnection(socket_); }

}  // namespace cdcmtk
