#include "core/train/run_report.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <iterator>
#include <string>

#include "core/train/test_runs.h"

namespace alexnet {
namespace {

using testing::FreshFolder;
using testing::Recorder;

TEST(RunReportTest, EachBrokenPictureIsToldOnce) {
  Recorder recorder;
  const auto report =
      RunReport::Open(FreshFolder("broken_once"), {}, recorder).value();
  report->Broken({{"a.jpg", "is cut"}});
  report->Broken({{"a.jpg", "is cut"}, {"b.jpg", "is no picture"}});
  EXPECT_EQ(recorder.warnings,
            (std::vector<std::string>{"left out a.jpg: is cut",
                                      "left out b.jpg: is no picture"}));
}

TEST(RunReportTest, StepsAreToldAlwaysAndLoggedWhereAsked) {
  Recorder recorder;
  const auto report =
      RunReport::Open(FreshFolder("logged"), {}, recorder).value();
  report->Step({}, false);
  report->Step({}, true);
  report->Step({}, false);
  EXPECT_EQ(recorder.steps.size(), 3u);
  std::ifstream curves(report->metrics_path());
  int lines = 0;
  for (std::string line; std::getline(curves, line);) ++lines;
  EXPECT_EQ(lines, 1);
}

TEST(RunReportTest, WarningsAreToldAndLoggedWhereTheyWereGiven) {
  Recorder recorder;
  const auto report =
      RunReport::Open(FreshFolder("warned"), {}, recorder).value();
  StepReport step;
  step.step = 7;
  report->Step(step, false);
  report->Warn(WarningKind::kWatch, "stuck");
  report->End(CancelledError("by hand"));  // nothing to warn of
  report->End(DivergedError("is NaN"));
  EXPECT_EQ(recorder.warnings, std::vector<std::string>{"stuck"});
  std::ifstream curves(report->metrics_path());
  std::string text((std::istreambuf_iterator<char>(curves)),
                   std::istreambuf_iterator<char>());
  for (const char* message : {"stuck", "is NaN"}) {
    EXPECT_NE(text.find(std::string(R"("step":7,"epoch":0,"kind":"watch",)") +
                        R"("message":")" + message),
              std::string::npos)
        << text;
  }
  EXPECT_EQ(text.find("by hand"), std::string::npos);
}

TEST(RunReportTest, CurvesThatCannotBeWrittenAreToldOnce) {
  Recorder recorder;
  const auto report =
      RunReport::Open(FreshFolder("full_disk"), {}, recorder).value();
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);
  report->Start({});
  report->Step({}, true);
  report->Epoch({});
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_EQ(recorder.warnings.size(), 1u);
  EXPECT_NE(recorder.warnings[0].find(report->metrics_path()),
            std::string::npos)
      << recorder.warnings[0];
  EXPECT_EQ(recorder.starts.size(), 1u);
  EXPECT_EQ(recorder.steps.size(), 1u);
  EXPECT_EQ(recorder.epochs.size(), 1u);
}

}  // namespace
}  // namespace alexnet
