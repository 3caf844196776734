#include "Command.h"

namespace cdcmtk {

namespace {

uint16_t shortAt(const unsigned char *bytes) { return static_cast<uint16_t>(bytes[0] | bytes[1] << 8); }
uint32_t longAt(const unsigned char *bytes) { return uint32_t(shortAt(bytes)) | uint32_t(shortAt(bytes + 2)) << 16; }

/// A UID without its padding: a zero byte, or the blank that some senders use.
std::string uidAt(const unsigned char *bytes, size_t count) {
    while (count > 0 && (bytes[count - 1] == 0 || bytes[count - 1] == ' ')) --count;
    return std::string(reinterpret_cast<const char *>(bytes), count);
}

}  // namespace

bool Command::parse(const unsigned char *bytes, size_t count) {
    *this = Command();
    bool hasField = false;
    while (count > 0) {
        if (count < 8) return false;
        const uint16_t group = shortAt(bytes);
        const uint16_t element = shortAt(bytes + 2);
        const uint32_t length = longAt(bytes + 4);
        bytes += 8;
        count -= 8;
        if (group != 0x0000 || length > count) return false;
        uint16_t *number = nullptr;
        switch (element) {
            case 0x0002: affectedSOPClassUID = uidAt(bytes, length); break;
            case 0x0100: number = &field; hasField = true; break;
            case 0x0110: number = &messageID; break;
            case 0x0800: number = &dataSetType; break;
            case 0x1000: affectedSOPInstanceUID = uidAt(bytes, length); break;
            default: break;
        }
        if (number != nullptr) {
            if (length != 2) return false;
            *number = shortAt(bytes);
        }
        bytes += length;
        count -= length;
    }
    return hasField;
}

}  // namespace cdcmtk
