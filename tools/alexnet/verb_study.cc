// alexnet study: a claim of the paper, tried on one's own pictures.

#include <fmt/core.h>

#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/study_output.h"
#include "tools/alexnet/study_runs.h"
#include "tools/alexnet/written_file.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string name;
  std::string preset;
  StudyPlan plan;
  bool json = false;
};

void List() {
  std::string text;
  for (const Claim& claim : Claims()) {
    text += fmt::format("{:13} {}\n", claim.name, claim.sentence);
  }
  Print(text);
}

void Run(Asked& asked, Setting& setting) {
  StudyPlan& plan = asked.plan;
  if (asked.name == "list") return List();
  plan.claim = &FindClaim(asked.name);
  if (plan.data.empty() || plan.out.empty()) {
    throw UsageError("a study needs the folder of pictures and --out");
  }
  plan.preset = asked.preset.empty() ? plan.claim->preset : asked.preset;
  if (plan.epochs == 0) plan.epochs = plan.claim->epochs;
  if (plan.jobs == 0) {
    plan.jobs = Json::Parse(system_json()).At("threads").Integer();
  }
  const StudyResult result = RunStudy(plan, setting);
  const Json document = StudyJson(plan, result);
  WriteWholeFile(plan.out + "/study.json", document.Dump() + "\n");
  WriteWholeFile(plan.out + "/study.html", StudyPage(plan, result));
  const std::string drawing = StudyDrawing(plan, result);
  if (!drawing.empty()) WriteWholeFile(plan.out + "/study.svg", drawing);
  asked.json ? PrintJson(document)
             : Print(StudyText(plan, result) +
                     fmt::format("report  {}/study.html\n", plan.out));
}

}  // namespace

Action DeclareStudy(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  StudyPlan& plan = asked->plan;
  arguments.Positional("NAME", asked->name, "Which; \"list\" shows all")
      .Required();
  arguments.Positional("DIR", plan.data,
                       "Pictures to train on, as of alexnet train");
  arguments.Text("--out", plan.out,
                 "Folder for the runs, study.json, study.html and study.svg; "
                 "called again with it, a study goes on");
  arguments.Text("--preset", asked->preset,
                 "Another network than the study's own");
  arguments.Number("--epochs", plan.epochs, 0, 0, 1'000'000,
                   "Of each run; 0: the study's own");
  arguments.Number("--rate", plan.rate, 0, 0, 1e6,
                   "Learning rate of all runs at the start; 0: the preset's");
  arguments.Number("--seeds", plan.seeds, 3, 1, 100,
                   "Pairs of runs, each with a seed of its own, from 1 on");
  arguments.Number("--jobs", plan.jobs, 0, 0, 1'024,
                   "Runs at once, each on one thread; 0: as many as there are "
                   "processors");
  arguments.Number("--val-fraction", plan.validation_fraction, 0.1, 0.001, 0.9,
                   "Share of the pictures that is held out where there is no "
                   "validation folder");
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
