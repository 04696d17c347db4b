#include "load/dicom_logging.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/appender.h>
#include <dcmtk/oflog/oflog.h>
#include <mutex>

namespace calx::load {
namespace {

thread_local int complaints_on_this_thread = 0;

class CountingAppender : public dcmtk::log4cplus::Appender {
public:
  ~CountingAppender() override { destructorImpl(); }
  void close() override { closed = true; }

protected:
  void append(const dcmtk::log4cplus::spi::InternalLoggingEvent&) override {
    ++complaints_on_this_thread;
  }
};

const char* const kAppenderName = "calx";

/// Again before every decoding: whoever configures DCMTK's log anew removes all appenders, and
/// damage would pass unnoticed.
void listen() {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  OFLogger root = OFLog::getLogger("dcmtk");
  root.setLogLevel(dcmtk::log4cplus::WARN_LOG_LEVEL);
  if (root.getAppender(kAppenderName)) return;
  root.removeAllAppenders();
  root.setAdditivity(false); // nothing goes up to the root logger, which prints
  dcmtk::log4cplus::SharedAppenderPtr appender(new CountingAppender);
  appender->setName(kAppenderName);
  root.addAppender(appender);
}

} // namespace

void prepare_dcmtk() {
  listen();
  static std::once_flag once;
  std::call_once(once, [] {
    DcmRLEDecoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation, EUC_default,
                                          EPC_colorByPixel);
    DJLSDecoderRegistration::registerCodecs(EJLSUC_default, EJLSPC_colorByPixel);
  });
}

DecoderComplaints::DecoderComplaints() : before_(complaints_on_this_thread) {
  listen();
}

int DecoderComplaints::count() const {
  return complaints_on_this_thread - before_;
}

} // namespace calx::load
