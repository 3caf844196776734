#ifndef CDCMTK_GUARDED_H
#define CDCMTK_GUARDED_H

#include "dcmtk/config/osconfig.h"
#include "dcmtk/ofstd/ofcond.h"

#include <cstddef>
#include <cstdio>
#include <exception>

namespace cdcmtk {

/// Runs `body`, which returns an `OFCondition`; false, with `message` filled, where that is bad or an exception was thrown.
/// Every C++ exception stops here.
template <typename Body>
bool guarded(char *message, size_t capacity, Body body) noexcept {
    try {
        const OFCondition condition = body();
        if (condition.good()) return true;
        std::snprintf(message, capacity, "%s", condition.text());
    } catch (const std::exception &error) {
        std::snprintf(message, capacity, "%s", error.what());
    } catch (...) {
        std::snprintf(message, capacity, "unknown C++ exception");
    }
    return false;
}

}  // namespace cdcmtk

#endif
