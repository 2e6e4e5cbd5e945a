#include "tools/convert/model/choose.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "tools/convert/base/errors.h"
#include "tools/convert/model/fold.h"
#include "tools/convert/model/state_dict_names.h"

namespace alexnet::convert {
namespace {

constexpr size_t kMaxNamed = 12;    // of a list for a person
constexpr size_t kMaxModules = 64;  // of a dictionary
constexpr size_t kMaxTries = 256;   // of a file

std::string Quoted(const std::string& key) {
  return key.empty() ? "the file itself" : "\"" + key + "\"";
}

// "a, b, c and 4 more".
std::string ListOf(const std::vector<std::string>& items) {
  const size_t shown = std::min(items.size(), kMaxNamed);
  std::string text =
      fmt::format("{}", fmt::join(items.begin(), items.begin() + shown, ", "));
  if (shown < items.size()) {
    text += fmt::format(" and {} more", items.size() - shown);
  }
  return text;
}

// The first component of "features.0.weight"; "" of a name without.
std::string ModuleOf(const std::string& name) {
  const size_t dot = name.find('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

// The dictionary without what is no part of a network.
TensorDictionary WithoutLosses(const TensorDictionary& dictionary) {
  TensorDictionary rest = dictionary;
  rest.tensors.clear();
  rest.failures.clear();
  for (const TensorDictionary::Failure& failure : dictionary.failures) {
    if (IsBesideNetwork(failure.name)) {
      rest.left_out.push_back("\"" + failure.name + "\" (beside the network)");
    } else {
      rest.failures.push_back(failure);
    }
  }
  for (const Tensor& tensor : dictionary.tensors) {
    if (IsBesideNetwork(tensor.name)) {
      rest.left_out.push_back("\"" + tensor.name + "\" (beside the network)");
    } else {
      rest.tensors.push_back(tensor);
    }
  }
  return rest;
}

std::string KeyOf(const TensorDictionary& dictionary,
                  const std::string& module) {
  return dictionary.key.empty() ? module : dictionary.key + "." + module;
}

// The tensors of one module, under their names in it.
TensorDictionary PartOf(const TensorDictionary& dictionary,
                        const std::string& module) {
  TensorDictionary part;
  part.key = KeyOf(dictionary, module);
  part.left_out = dictionary.left_out;
  for (const TensorDictionary::Failure& failure : dictionary.failures) {
    if (ModuleOf(failure.name) == module) part.failures.push_back(failure);
  }
  for (const Tensor& tensor : dictionary.tensors) {
    if (ModuleOf(tensor.name) != module) {
      part.left_out.push_back("\"" + tensor.name + "\" (beside the network)");
      continue;
    }
    part.tensors.push_back(tensor);
    part.tensors.back().name =
        WithoutWrappers(tensor.name.substr(module.size() + 1));
  }
  return part;
}

// The modules that a dictionary has, where there are several.
std::vector<std::string> ModulesOf(const TensorDictionary& dictionary) {
  std::vector<std::string> modules;
  for (const Tensor& tensor : dictionary.tensors) {
    const std::string module = ModuleOf(tensor.name);
    if (module.empty() || modules.size() == kMaxModules) continue;
    if (std::find(modules.begin(), modules.end(), module) == modules.end()) {
      modules.push_back(module);
    }
  }
  if (modules.size() < 2) modules.clear();
  return modules;
}

// A dictionary and the network that it holds.
struct Fitting {
  ForeignModel foreign;
  Recognised found;
  std::string key;
  std::vector<std::string> left_out;
  std::vector<Tensor> tensors;  // as they are in the file, nothing folded
};

class Chooser {
 public:
  Chooser(const NetworkChoice& choice, ForeignModel* foreign)
      : choice_(choice), foreign_(*foreign) {
    if (foreign_.dictionaries.empty()) {
      TensorDictionary all;
      all.tensors = std::move(foreign_.tensors);
      foreign_.dictionaries.push_back(std::move(all));
    }
    dictionaries_ = std::exchange(foreign_.dictionaries, {});
    foreign_.tensors.clear();
  }

  Recognised Run() {
    choice_.key.empty() ? TryAll() : TryKey();
    if (fitting_.empty()) throw WithUnread(*failure_);
    if (fitting_.size() > 1) {
      std::vector<std::string> keys;
      for (const Fitting& each : fitting_) keys.push_back(Quoted(each.key));
      throw Invalid("key", "several networks in the file fit: " + ListOf(keys) +
                               "; `key` chooses one of them");
    }
    return Take();
  }

 private:
  void TryAll() {
    for (const TensorDictionary& each : dictionaries_) Try(each);
    if (!fitting_.empty()) return;
    for (const TensorDictionary& each : dictionaries_) {
      const TensorDictionary whole = WithoutLosses(each);
      for (const std::string& module : ModulesOf(whole)) {
        Try(PartOf(whole, module));
      }
    }
  }

  void TryKey() {
    std::vector<std::string> keys;
    for (const TensorDictionary& each : dictionaries_) {
      if (each.key == choice_.key) return Try(each);
      if (!each.key.empty()) keys.push_back(Quoted(each.key));
    }
    for (const TensorDictionary& each : dictionaries_) {
      for (const std::string& module : ModulesOf(each)) {
        const std::string key = KeyOf(each, module);
        if (key == choice_.key) return Try(PartOf(each, module));
        keys.push_back(Quoted(key));
      }
    }
    throw WithUnread(Invalid(
        "key",
        fmt::format("the file has no tensors under \"{}\"{}{}", choice_.key,
                    keys.empty() ? "" : "; it has ", ListOf(keys))));
  }

  void Try(const TensorDictionary& whole) {
    if (tries_++ == kMaxTries) {
      throw Unsupported("",
                        "holds more dictionaries of tensors than can be looked "
                        "through; `key` names one");
    }
    const TensorDictionary dictionary = WithoutLosses(whole);
    try {
      if (!dictionary.failures.empty()) throw dictionary.failures[0].error;
      ForeignModel foreign = foreign_;
      foreign.tensors = dictionary.tensors;
      const std::vector<std::string> folded =
          FoldBatchNormalization(&foreign.tensors);
      if (!folded.empty()) {
        foreign.batch_normalized = true;
        foreign.notes.push_back(
            "batch normalization was folded into the weights before it, as "
            "standing directly behind them and with PyTorch's epsilon of "
            "1e-5: " +
            ListOf(folded));
      }
      if (choice_.description) TakeLayers(*choice_.description, &foreign);
      Recognised found = Recognise(foreign, choice_.preset);
      if (!IsThere(dictionary.tensors)) {
        fitting_.push_back({std::move(foreign), std::move(found),
                            dictionary.key, dictionary.left_out,
                            dictionary.tensors});
      }
    } catch (const Error& error) {
      PassSystemErrors(error);
      // Of the largest, or of one that is damaged: the network, most likely.
      const size_t weight =
          dictionary.failures.empty() ? dictionary.tensors.size() : SIZE_MAX;
      if (failure_ && weight <= failed_) return;
      failure_ = WithLeftOut(error, dictionary);
      failed_ = weight;
    }
  }

  // Whether a network that is there already has the very same elements.
  bool IsThere(const std::vector<Tensor>& b) const {
    return std::any_of(
        fitting_.begin(), fitting_.end(), [&](const Fitting& each) {
          const std::vector<Tensor>& a = each.tensors;
          return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                            [](const Tensor& left, const Tensor& right) {
                              return left.parts[0].memory.data() ==
                                         right.parts[0].memory.data() &&
                                     left.parts[0].first ==
                                         right.parts[0].first;
                            });
        });
  }

  // What was not looked at may be what is missing.
  Error WithUnread(const Error& error) const {
    if (foreign_.unread.empty()) return error;
    return Error(error.code(), error.message() + "; " + foreign_.unread,
                 error.file(), error.field());
  }

  // Packed weights are no tensors.
  static bool IsQuantized(const TensorDictionary& dictionary) {
    return std::any_of(dictionary.left_out.begin(), dictionary.left_out.end(),
                       [](const std::string& left) {
                         return left.find("_packed_params") !=
                                std::string::npos;
                       });
  }

  // What was left out may be what is missing.
  static Error WithLeftOut(const Error& error,
                           const TensorDictionary& dictionary) {
    std::string message = error.message();
    if (!dictionary.key.empty()) {
      message += fmt::format(" (under \"{}\")", dictionary.key);
    }
    if (!dictionary.left_out.empty()) {
      message += "; left out were " + ListOf(dictionary.left_out);
      if (IsQuantized(dictionary)) {
        message +=
            ", of a quantized network; take the state dict of the float32 one";
      }
    }
    return Error(error.code(), message, error.file(), error.field());
  }

  Recognised Take() {
    Fitting& taken = fitting_[0];
    foreign_ = std::move(taken.foreign);
    if (!taken.key.empty()) {
      std::vector<std::string> others;
      for (const TensorDictionary& each : dictionaries_) {
        if (each.key != taken.key) others.push_back(Quoted(each.key));
      }
      foreign_.notes.push_back(fmt::format(
          "the network is the one under {}{}{}", Quoted(taken.key),
          others.empty() ? "" : "; other tensors are under ", ListOf(others)));
    }
    if (!taken.left_out.empty()) {
      foreign_.notes.push_back("left out, being no weights: " +
                               ListOf(taken.left_out));
    }
    return std::move(taken.found);
  }

  const NetworkChoice& choice_;
  ForeignModel& foreign_;
  std::vector<TensorDictionary> dictionaries_;
  std::vector<Fitting> fitting_;
  std::optional<Error> failure_;  // of one that does not fit
  size_t tries_ = 0;
  size_t failed_ = 0;  // how much it is likely to be the network
};

// In lower case, without the name of the tensor itself.
std::string LowerModule(std::string_view name) {
  std::string module(name.substr(0, name.find('.')));
  std::transform(module.begin(), module.end(), module.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return module;
}

}  // namespace

bool IsBesideNetwork(std::string_view name) {
  static constexpr std::string_view kWhole[] = {
      "criterion", "criterions", "criteria",    "loss",     "losses",
      "loss_fn",   "loss_func",  "loss_module", "metric",   "metrics",
      "acc",       "accuracy",   "confmat",     "objective"};
  static constexpr std::string_view kEndings[] = {
      "_loss",    "_criterion", "_acc",   "_accuracy", "_metric",
      "_metrics", "_confmat",   "_auroc", "_f1",       "_loss_fn"};
  if (name.find('.') == std::string_view::npos) return false;
  const std::string module = LowerModule(name);
  const auto is = [&](std::string_view word) { return module == word; };
  const auto ends = [&](std::string_view end) { return module.ends_with(end); };
  return std::any_of(std::begin(kWhole), std::end(kWhole), is) ||
         std::any_of(std::begin(kEndings), std::end(kEndings), ends);
}

Recognised ChooseNetwork(const NetworkChoice& choice, ForeignModel* foreign) {
  if (foreign->layers) {
    if (!choice.key.empty()) {
      throw Invalid("key", "the file says what its network is, and holds one");
    }
    return Recognise(*foreign, choice.preset);
  }
  return Chooser(choice, foreign).Run();
}

}  // namespace alexnet::convert
