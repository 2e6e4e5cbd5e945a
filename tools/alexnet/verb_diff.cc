// alexnet diff: in what two models differ.

#include <alexnet/alexnet_convert.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/alexnet/behaviour.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/comparison.h"
#include "tools/alexnet/comparison_page.h"
#include "tools/alexnet/import_arguments.h"
#include "tools/alexnet/model_file.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/progress.h"
#include "tools/alexnet/written_file.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string a;
  std::string b;
  ImportArguments import;
  std::vector<std::string> images;
  std::string html;
  double tolerance = 0.0;
  bool json = false;
};

void Run(const Asked& asked, Setting& setting) {
  const ImportOptions options = asked.import.Options();
  if (IsOwnFile(asked.a, options.format) &&
      IsOwnFile(asked.b, options.format)) {
    asked.import.RefuseFor(asked.a);
  }
  std::optional<BusyLine> reading("reading " + Printable(asked.a));
  const Model a = LoadOfAnyFormat(asked.a, options, setting.limits);
  reading->Doing("reading " + Printable(asked.b));
  const Model b = LoadOfAnyFormat(asked.b, options, setting.limits);
  reading.reset();
  ProgressLine line;
  Json document = CompareModels(a, b, asked.tolerance, setting.limits,
                                CountProgress(line, "tensors compared:"));
  document.Set("a", asked.a);
  document.Set("b", asked.b);
  document.Set("behaviour",
               CompareBehaviour(a, b, document.At("layers").Elements().empty(),
                                asked.images, asked.tolerance, setting.limits,
                                CountProgress(line, "pictures compared:")));
  line.Finish();
  if (!asked.html.empty()) {
    WriteWholeFile(asked.html, ComparisonPage(document));
  }
  asked.json ? PrintJson(document) : Print(ComparisonText(document));
  if (!document.At("close").Boolean()) {
    throw Failure(asked.a + " and " + asked.b + " differ");
  }
}

}  // namespace

Action DeclareDiff(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("A", asked->a, "A file of any format of convert --list")
      .Required();
  arguments.Positional("B", asked->b, "Another").Required();
  arguments.Number("--tolerance", asked->tolerance, 0, 0,
                   "How far parameters may be apart: the largest difference "
                   "over the largest value of a tensor");
  arguments.Texts("--image", asked->images,
                  "JPEG or PNG files that both are shown; by default one "
                  "picture is generated");
  arguments.Text("--html", asked->html, "Also writes a page with all of it");
  asked->import.Declare(arguments, "A or B");
  arguments.Flag("--json", asked->json,
                 "Print one JSON document; docs/diff.schema.json describes it");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
