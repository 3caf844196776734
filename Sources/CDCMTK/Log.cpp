// Process-wide preparation of DCMTK: its log, its dictionary, its environment.

#include "Log.h"

#include "CDCMTK.h"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmnet/dul.h"
#include "dcmtk/oflog/appender.h"
#include "dcmtk/oflog/oflog.h"
#include "dcmtk/oflog/spi/logevent.h"

#include <atomic>
#include <cstdlib>
#include <mutex>

namespace log4cplus = dcmtk::log4cplus;

namespace {

thread_local cdcmtk::QuietThread *innermostQuiet = nullptr;

std::atomic<cdcmtk_log_handler> lineHandler{nullptr};
std::atomic<void *> lineContext{nullptr};

/// Hands each line on, or drops it where nobody takes them; it may not throw, for DCMTK writes its log from destructors too.
class CallbackAppender : public log4cplus::Appender {
  public:
    ~CallbackAppender() override { destructorImpl(); }
    void close() override {}

  protected:
    void append(const log4cplus::spi::InternalLoggingEvent &event) override {
        if (innermostQuiet) innermostQuiet->note(event.getMessage().c_str());
        const cdcmtk_log_handler handler = lineHandler;
        if (!handler) return;
        const int level = innermostQuiet ? OFLogger::DEBUG_LOG_LEVEL : event.getLogLevel();
        handler(lineContext, level, event.getLoggerName().c_str(), event.getMessage().c_str());
    }
};

/// DCMTK's own appender writes values to standard error.
void takeLog() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::WARN_LOG_LEVEL);
        log4cplus::Logger root = log4cplus::Logger::getRoot();
        root.removeAllAppenders();
        root.addAppender(log4cplus::SharedAppenderPtr(new CallbackAppender));
    });
}

}  // namespace

cdcmtk::QuietThread::QuietThread() : outer_(innermostQuiet) {
    takeLog();
    innermostQuiet = this;
}

cdcmtk::QuietThread::~QuietThread() { innermostQuiet = outer_; }

void cdcmtk::QuietThread::note(const char *complaint) {
    if (firstComplaint_.empty()) firstComplaint_ = complaint;
}

extern "C" {

bool cdcmtk_start(cdcmtk_log_handler handler, void *context) {
    static std::once_flag once;
    bool isFirst = false;
    std::call_once(once, [&] {
        isFirst = true;
        setenv("TCP_NODELAY", "1", 0);
        dcmDisableGethostbyaddr.set(OFTrue);
        takeLog();
        lineContext = context;
        lineHandler = handler;
    });
    return isFirst;
}

bool cdcmtk_dictionary_is_loaded(void) { return dcmDataDict.isDictionaryLoaded(); }

}  // extern "C"
