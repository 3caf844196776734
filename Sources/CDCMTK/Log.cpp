// Process-wide preparation of DCMTK: its log, its dictionary, its environment.

#include "Log.h"

#include "CDCMTK.h"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmnet/dul.h"
#include "dcmtk/oflog/appender.h"
#include "dcmtk/oflog/oflog.h"
#include "dcmtk/oflog/spi/logevent.h"

#include <cstdlib>
#include <mutex>

namespace log4cplus = dcmtk::log4cplus;

namespace {

thread_local int quietThreads = 0;

/// Hands each line on; it may not throw, for DCMTK writes its log from destructors too.
class CallbackAppender : public log4cplus::Appender {
  public:
    CallbackAppender(cdcmtk_log_handler handler, void *context) : handler_(handler), context_(context) {}
    ~CallbackAppender() override { destructorImpl(); }
    void close() override {}

  protected:
    void append(const log4cplus::spi::InternalLoggingEvent &event) override {
        const int level = quietThreads > 0 ? OFLogger::DEBUG_LOG_LEVEL : event.getLogLevel();
        handler_(context_, level, event.getLoggerName().c_str(), event.getMessage().c_str());
    }

  private:
    cdcmtk_log_handler handler_;
    void *context_;
};

}  // namespace

cdcmtk::QuietThread::QuietThread() { ++quietThreads; }
cdcmtk::QuietThread::~QuietThread() { --quietThreads; }

extern "C" {

bool cdcmtk_start(cdcmtk_log_handler handler, void *context) {
    static std::once_flag once;
    bool isFirst = false;
    std::call_once(once, [&] {
        isFirst = true;
        setenv("TCP_NODELAY", "1", 0);
        dcmDisableGethostbyaddr.set(OFTrue);
        OFLog::configure(OFLogger::WARN_LOG_LEVEL);
        log4cplus::Logger root = log4cplus::Logger::getRoot();
        root.removeAllAppenders();
        root.addAppender(log4cplus::SharedAppenderPtr(new CallbackAppender(handler, context)));
    });
    return isFirst;
}

bool cdcmtk_dictionary_is_loaded(void) { return dcmDataDict.isDictionaryLoaded(); }

}  // extern "C"
