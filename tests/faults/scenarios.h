// What is done while calls fail: each scenario is a command, what has to be
// there before it, and what it leaves when nothing fails.

#ifndef ALEXNET_TESTS_FAULTS_SCENARIOS_H_
#define ALEXNET_TESTS_FAULTS_SCENARIOS_H_

#include <map>
#include <string>
#include <vector>

namespace alexnet::faults {

// File names to what is in them, so that equal means equal results: parameters
// and momenta of a model, all bytes of other files.
using Results = std::map<std::string, std::string>;

struct Scenario {
  std::string name;
  std::vector<std::string> command;  // run in a folder that holds `needs`
  std::vector<std::string> needs;    // of the given files
  // Made by the command. The first two of a trained run are checkpoints.
  std::vector<std::string> makes;
  bool prints = false;  // standard output is a result, too
};

const std::vector<Scenario>& Scenarios();

// Makes the pictures, models and files that scenarios need in `folder`. False
// where a command fails, after saying so.
bool MakeGiven(const std::string& folder);

// A fresh `work` with what the scenario needs.
void Lay(const Scenario& scenario, const std::string& given,
         const std::string& work);

// Of the files that the scenario makes, those that are there. `damaged` gets
// the names of models that do not load or whose hashes do not match.
Results ResultsIn(const Scenario& scenario, const std::string& work,
                  std::vector<std::string>* damaged);

// Temporary files anywhere below `folder`.
std::vector<std::string> StraysIn(const std::string& folder);

}  // namespace alexnet::faults

#endif  // ALEXNET_TESTS_FAULTS_SCENARIOS_H_
