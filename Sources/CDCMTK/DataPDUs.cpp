#include "DataPDUs.h"

namespace cdcmtk {

namespace {

constexpr unsigned char dataType = 0x04;
constexpr unsigned char releaseRequestType = 0x05;
constexpr unsigned char abortType = 0x07;
constexpr size_t headBytes = 6;
/// Length, context and message control header before each fragment.
constexpr size_t valueHeadBytes = 6;

size_t longAt(const unsigned char *bytes) {
    return size_t(bytes[0]) << 24 | size_t(bytes[1]) << 16 | size_t(bytes[2]) << 8 | size_t(bytes[3]);
}

}  // namespace

DataPDUs::Result DataPDUs::isBroken(const char *trouble) {
    trouble_ = trouble;
    return Result::broken;
}

bool DataPDUs::readFully(unsigned char *bytes, size_t count) {
    while (count > 0) {
        const size_t received = socket_.read(bytes, count);
        if (received == 0) return false;
        bytes += received;
        count -= received;
    }
    return true;
}

DataPDUs::Result DataPDUs::readPDU() {
    unsigned char head[headBytes];
    if (!readFully(head, headBytes)) return Result::ended;
    switch (head[0]) {
        case dataType: break;
        case releaseRequestType: return Result::releaseRequested;
        case abortType: return Result::abortedByPeer;
        default: return isBroken("PDU out of place");
    }
    const size_t length = longAt(head + 2);
    if (length > body_.size()) return isBroken("PDU longer than agreed");
    if (length < valueHeadBytes) return isBroken("P-DATA-TF PDU without a value");
    if (!readFully(body_.data(), length)) return Result::ended;
    length_ = length;
    position_ = 0;
    return Result::value;
}

DataPDUs::Result DataPDUs::next(PDV &value) {
    if (position_ == length_) {
        const Result result = readPDU();
        if (result != Result::value) return result;
    }
    const size_t left = length_ - position_;
    if (left < valueHeadBytes) return isBroken("PDV lengths do not add up to the PDU's");
    const unsigned char *head = body_.data() + position_;
    const size_t length = longAt(head);
    // The length counts context and message control header, which the head holds.
    if (length < 2 || length > left - 4) return isBroken("PDV lengths do not add up to the PDU's");
    value = {head[4], (head[5] & 1) != 0, (head[5] & 2) != 0, head + valueHeadBytes, length - 2};
    position_ += 4 + length;
    return Result::value;
}

}  // namespace cdcmtk
