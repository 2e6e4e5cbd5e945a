#include "core/train/class_weights.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/base/check.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/train/same_run.h"

namespace alexnet {
namespace {

constexpr double kMostWeight = 1e6;
constexpr uint64_t kMaxFileBytes = 16 << 20;
constexpr std::string_view kBalanced = "balanced";
constexpr std::string_view kJson = ".json";
constexpr std::string_view kForms =
    "weights are \"balanced\", a list such as \"cat=2,dog=0.5\", or a file of "
    "JSON, by a path that ends in .json";

Status Wrong(const std::string& message) {
  return InvalidArgumentError(message).WithField("class_weights");
}

// Weights that classes are given by their names.
class NamedWeights {
 public:
  explicit NamedWeights(const std::vector<std::string>& classes)
      : classes_(classes), weights_(classes.size()) {}

  Status Set(std::string_view name, double weight) {
    const auto found = std::find(classes_.begin(), classes_.end(), name);
    if (found == classes_.end()) {
      return UnknownName("class", name, classes_).WithField("class_weights");
    }
    std::optional<double>& own =
        weights_[static_cast<size_t>(found - classes_.begin())];
    if (own) return Wrong(fmt::format("the class '{}' is named twice", name));
    own = weight;
    return Status();
  }

  std::vector<double> Take() const {
    std::vector<double> weights;
    for (const std::optional<double>& weight : weights_) {
      weights.push_back(weight.value_or(1.0));
    }
    return weights;
  }

 private:
  const std::vector<std::string>& classes_;
  std::vector<std::optional<double>> weights_;
};

std::vector<double> Balanced(const std::vector<int64_t>& counts) {
  int64_t all = 0;
  int64_t classes = 0;
  for (const int64_t count : counts) {
    all += count;
    classes += count > 0 ? 1 : 0;
  }
  std::vector<double> weights;
  for (const int64_t count : counts) {
    weights.push_back(count == 0 ? 1.0
                                 : static_cast<double>(all) /
                                       (static_cast<double>(classes) *
                                        static_cast<double>(count)));
  }
  return weights;
}

// "cat=2,dog=0.5". The name ends at the last '='.
Result<std::vector<double>> FromList(std::string_view list,
                                     const std::vector<std::string>& classes) {
  NamedWeights weights(classes);
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    const size_t equals = item.rfind('=');
    double weight = 0.0;
    bool read = false;
    if (equals != std::string_view::npos) {
      const std::string_view number = item.substr(equals + 1);
      const char* const last = number.data() + number.size();
      const auto [stop, error] = std::from_chars(number.data(), last, weight);
      read = error == std::errc() && stop == last;
    }
    if (!read) {
      return Wrong(fmt::format("'{}' is no CLASS=WEIGHT; {}", item, kForms));
    }
    ALEXNET_RETURN_IF_ERROR(weights.Set(item.substr(0, equals), weight));
  }
  return weights.Take();
}

// Json's accessors throw; the caller catches.
Result<std::vector<double>> FromJson(const Json& json,
                                     const std::vector<std::string>& classes) {
  if (json.is_array()) {
    auto weights = json.Get<std::vector<double>>();
    if (weights.size() == classes.size()) return weights;
    return Wrong(fmt::format(
        "there are {} weights for {} classes; an object names those that it is "
        "about",
        weights.size(), classes.size()));
  }
  NamedWeights weights(classes);
  for (const auto& [name, weight] : json.members()) {
    ALEXNET_RETURN_IF_ERROR(weights.Set(name, weight.Get<double>()));
  }
  return weights.Take();
}

Result<std::vector<double>> FromFile(const std::string& path,
                                     const std::vector<std::string>& classes) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                           ReadFile(path, kMaxFileBytes));
  std::string why;
  const std::optional<Json> json = Json::Parse(
      {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, &why);
  if (!json) return Wrong("this is no JSON: " + why).WithFile(path);
  try {
    Result<std::vector<double>> weights = FromJson(*json, classes);
    if (!weights.ok()) return weights.status().WithFile(path);
    return weights;
  } catch (const JsonError& error) {
    return Wrong(fmt::format("{}; wanted is an object of a weight for each "
                             "class that it names, or an array of weights",
                             error.what()))
        .WithFile(path);
  }
}

Result<std::vector<double>> WeightsIn(const std::string& text,
                                      const std::vector<std::string>& classes,
                                      const std::vector<int64_t>& counts) {
  if (text == kBalanced) return Balanced(counts);
  return text.ends_with(kJson) ? FromFile(text, classes)
                               : FromList(text, classes);
}

// Of a job's training pictures as an epoch sees them.
std::vector<int64_t> CountsOf(const TrainingJob& job) {
  std::vector<int64_t> counts = job.data.class_counts;
  if (job.recipe.class_balance != ClassBalance::kSampling) return counts;
  const int64_t most = *std::max_element(counts.begin(), counts.end());
  for (int64_t& count : counts) count = count > 0 ? most : 0;
  return counts;
}

std::string ChoiceOf(const TrainingJob& job) {
  const std::vector<float>& weights = job.class_weights;
  const auto [least, most] =
      std::minmax_element(weights.begin(), weights.end());
  const auto name = [&](auto at) {
    return job.data.classes()[static_cast<size_t>(at - weights.begin())];
  };
  return fmt::format(
      "losses count by class, from {:.3g} times ({}) to {:.3g} times ({})",
      *least, name(least), *most, name(most));
}

}  // namespace

Result<std::vector<float>> ClassWeightsOf(
    const std::string& text, const std::vector<std::string>& classes,
    const std::vector<int64_t>& counts) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<double> weights,
                           WeightsIn(text, classes, counts));
  double sum = 0.0;
  double pictures = 0.0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0.0 && weights[i] <= kMostWeight)) {
      return Wrong(fmt::format(
          "the weight of the class '{}' is {:g}; it must be from 0 to {:g}",
          classes[i], weights[i], kMostWeight));
    }
    sum += weights[i] * static_cast<double>(counts[i]);
    pictures += static_cast<double>(counts[i]);
  }
  if (sum == 0.0) {
    return Wrong(
        "all classes that have training pictures have the weight 0: none would "
        "count");
  }
  std::vector<float> normalized;
  for (const double weight : weights) {
    normalized.push_back(static_cast<float>(weight * (pictures / sum)));
  }
  return normalized;
}

Status WeighClasses(TrainingJob* job) {
  const std::string& text = job->options.class_weights;
  const bool resumed = job->resumed != nullptr;
  if (resumed) {
    job->class_weights = job->resumed->training_state()->class_weights;
    const size_t classes = job->data.classes().size();
    if (!job->class_weights.empty() && job->class_weights.size() != classes) {
      return DataLossError(
                 fmt::format("the run has weights of {} classes instead of {}",
                             job->class_weights.size(), classes))
          .WithField("training_state.class_weights");
    }
  }
  if (!text.empty()) {
    if (text == kBalanced &&
        job->recipe.class_balance == ClassBalance::kSampling) {
      return Wrong(
          "\"balanced\" is of no use where each class is seen as often as the "
          "largest (`class_balance`): give one of the two");
    }
    ALEXNET_ASSIGN_OR_RETURN(
        std::vector<float> said,
        ClassWeightsOf(text, job->data.classes(), CountsOf(*job)));
    if (resumed && said != job->class_weights) {
      return OtherRun("class_weights",
                      job->class_weights.empty() ? "no weights of classes"
                                                 : "other weights of classes",
                      fmt::format("\"{}\"", text));
    }
    job->class_weights = std::move(said);
  }
  if (!job->class_weights.empty()) job->choices.push_back(ChoiceOf(*job));
  return Status();
}

}  // namespace alexnet
