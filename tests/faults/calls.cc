// Makes a call of the C interfaces again and again while calls below it fail:
//   calls GIVEN CALL FROM RUNS SEED
// Without arguments it prints the names that CALL may be. It works in the
// current folder and reads what lies in GIVEN (scenarios.h). The page that
// FAULTS names says how calls below are to fail: RUNS of them (0: each), spread
// over all by what SEED draws, those before number FROM left out. After each
// failure the same handles are used again, without one, and what is open and
// allocated is counted. Prints the number of calls below, and then a line
// for each run, with tabs between: verdict (sweep.h), number and function of
// the call below, its path, and a message.

#include <alexnet/alexnet.h>
#include <alexnet/alexnet_convert.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/faults.h"

namespace {

constexpr unsigned kPatience = 120;  // seconds; a call takes less than one
constexpr int64_t kBatch = 4;

// One call of the interface, whose handles live as long as this.
struct Call {
  // Leaves what it gives for `take`.
  std::function<alexnet_status(alexnet_error**)> make;
  // After a call that succeeded: what it gave, which is freed.
  std::function<std::string()> take = [] { return std::string(); };
};

[[noreturn]] void Die(const std::string& what) {
  std::printf("cannot prepare: %s\n", what.c_str());
  std::exit(3);
}

// Of what has to work.
void Need(alexnet_status status, alexnet_error* error, const char* what) {
  if (status == ALEXNET_OK) return;
  Die(std::string(what) + ": " + alexnet_error_text(error));
}
#define NEED(expression)                      \
  do {                                        \
    alexnet_error* e = nullptr;               \
    const alexnet_status status = expression; \
    Need(status, e, #expression);             \
  } while (false)

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};

// A place for a handle, which outlives the functions that use it.
template <typename T>
using Place = std::shared_ptr<T*>;
template <typename T>
Place<T> MakePlace() {
  return std::make_shared<T*>(nullptr);
}

template <typename T>
T Options(void (*init)(T*, size_t)) {
  T options;
  init(&options, sizeof(options));
  return options;
}

std::string Bytes(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

std::string TextOf(const char* text) {
  return text != nullptr ? text : "(null)";
}

template <typename T>
std::string BytesOf(const T* values, size_t count) {
  return {reinterpret_cast<const char*>(values), count * sizeof(T)};
}

std::shared_ptr<alexnet_model> LoadedModel(const std::string& given) {
  alexnet_model* model = nullptr;
  NEED(alexnet_model_load((given + "/model.alexnet").c_str(), nullptr, &model,
                          &e));
  return {model, alexnet_model_free};
}

std::shared_ptr<alexnet_dataset> OpenDataset(const std::string& given) {
  alexnet_dataset* dataset = nullptr;
  NEED(alexnet_dataset_open((given + "/data/train").c_str(), 0, &dataset, &e));
  return {dataset, alexnet_dataset_free};
}

// What the bytes of the first tensor and the description are.
std::string TakeModel(const Place<alexnet_model>& place) {
  char* json = nullptr;
  NEED(alexnet_model_json(*place, &json, &e));
  std::string taken = json;
  alexnet_free(json);
  const void* data = nullptr;
  size_t size = 0;
  NEED(alexnet_model_tensor_data(*place, 0, &data, &size, &e));
  taken += BytesOf(static_cast<const char*>(data), size);
  alexnet_model_free(std::exchange(*place, nullptr));
  return taken;
}

std::string TakeText(const Place<char>& place) {
  const std::string taken = TextOf(*place);
  alexnet_free(std::exchange(*place, nullptr));
  return taken;
}

alexnet_session_options OneThread() {
  auto options = Options(alexnet_session_options_init);
  options.threads = 1;
  options.batch = kBatch;
  return options;
}

std::shared_ptr<alexnet_session> OpenSession(alexnet_model* model) {
  const auto options = OneThread();
  alexnet_session* session = nullptr;
  NEED(alexnet_session_create(model, &options, &session, &e));
  return {session, alexnet_session_free};
}

// Numbers that a batch may be.
std::vector<float> Views(const alexnet_session* session) {
  auto info = Options(alexnet_session_info_init);
  NEED(alexnet_session_get_info(session, &info, &e));
  std::vector<float> views(static_cast<size_t>(
      kBatch * info.views * info.channels * info.height * info.width));
  for (size_t i = 0; i < views.size(); ++i) {
    views[i] = static_cast<float>(i % 23) / 11.0F - 1.0F;
  }
  return views;
}

Call LoadCall(const std::string& given, bool copy) {
  auto place = MakePlace<alexnet_model>();
  return {[place, path = given + "/model.alexnet", copy](alexnet_error** e) {
            auto options = Options(alexnet_load_options_init);
            options.copy = copy ? 1 : 0;
            return alexnet_model_load(path.c_str(), &options, place.get(), e);
          },
          [place] { return TakeModel(place); }};
}

Call LoadMemoryCall(const std::string& given) {
  auto place = MakePlace<alexnet_model>();
  return {[place, bytes = Bytes(given + "/model.alexnet")](alexnet_error** e) {
            return alexnet_model_load_memory(bytes.data(), bytes.size(),
                                             nullptr, place.get(), e);
          },
          [place] { return TakeModel(place); }};
}

Call SaveCall(const std::string& given) {
  return {[model = LoadedModel(given)](alexnet_error** e) {
            return alexnet_model_save(model.get(), "saved.alexnet", nullptr,
                                      nullptr, e);
          },
          [] { return Bytes("saved.alexnet"); }};
}

Call SaveMemoryCall(const std::string& given) {
  auto place = MakePlace<void>();
  auto size = std::make_shared<size_t>(0);
  return {[place, size, model = LoadedModel(given)](alexnet_error** e) {
            return alexnet_model_save_memory(model.get(), nullptr, nullptr,
                                             place.get(), size.get(), e);
          },
          [place, size] {
            const std::string taken =
                BytesOf(static_cast<const char*>(*place), *size);
            alexnet_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

Call JsonCall(const std::string& given) {
  auto place = MakePlace<char>();
  return {[place, model = LoadedModel(given)](alexnet_error** e) {
            return alexnet_model_json(model.get(), place.get(), e);
          },
          [place] { return TakeText(place); }};
}

Call InitialCall(const std::string&) {
  alexnet_network* network = nullptr;
  NEED(alexnet_network_create_preset("lenet5", 10, 0, &network, &e));
  auto place = MakePlace<alexnet_model>();
  return {[place, network = std::shared_ptr<alexnet_network>(
                      network, alexnet_network_free)](alexnet_error** e) {
            return alexnet_model_create_initial(network.get(), 1, nullptr,
                                                place.get(), e);
          },
          [place] { return TakeModel(place); }};
}

Call PresetCall(const std::string&) {
  auto place = MakePlace<alexnet_network>();
  return {[place](alexnet_error** e) {
            return alexnet_network_create_preset("alexnet", 10, 0, place.get(),
                                                 e);
          },
          [place] {
            alexnet_network_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

Call VerifyCall(const std::string& given) {
  auto place = MakePlace<char>();
  auto whole = std::make_shared<int32_t>(0);
  return {[place, whole, path = given + "/model.alexnet"](alexnet_error** e) {
            const auto options = OneThread();
            return alexnet_verify_file(path.c_str(), &options, nullptr,
                                       whole.get(), place.get(), e);
          },
          [place, whole] {
            alexnet_free(std::exchange(*place, nullptr));  // it has times
            return std::to_string(*whole);
          }};
}

Call SessionCall(const std::string& given) {
  auto place = MakePlace<alexnet_session>();
  return {[place, model = LoadedModel(given)](alexnet_error** e) {
            const auto options = OneThread();
            return alexnet_session_create(model.get(), &options, place.get(),
                                          e);
          },
          [place] {
            alexnet_session_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

// What calls on a session compute into.
struct Computed {
  explicit Computed(const std::string& given)
      : model(LoadedModel(given)), session(OpenSession(model.get())) {
    auto info = Options(alexnet_session_info_init);
    NEED(alexnet_session_get_info(session.get(), &info, &e));
    output.resize(static_cast<size_t>(kBatch * info.classes));
  }
  std::string Take() {
    const std::string taken = BytesOf(output.data(), output.size());
    output.assign(output.size(), -1.0F);
    return taken;
  }

  std::shared_ptr<alexnet_model> model;
  std::shared_ptr<alexnet_session> session;
  std::vector<float> views = Views(session.get());
  std::vector<float> output;
};

Call RunCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  return {[with](alexnet_error** e) {
            return alexnet_session_run(
                with->session.get(), with->views.data(), with->views.size(),
                kBatch, nullptr, with->output.data(), with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call EncodedCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  const std::string jpeg = Bytes(given + "/data/train/circle/0000.jpg");
  const std::string png = Bytes(given + "/grey.png");
  return {[with, jpeg, png](alexnet_error** e) {
            const alexnet_encoded pictures[] = {
                {jpeg.data(), jpeg.size(), "a.jpg"},
                {png.data(), png.size(), nullptr}};
            return alexnet_session_run_encoded(with->session.get(), pictures, 2,
                                               nullptr, with->output.data(),
                                               with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call PredictFileCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  auto top = std::make_shared<alexnet_prediction>();
  return {[with, top,
           path = given + "/data/train/circle/0000.jpg"](alexnet_error** e) {
            size_t found = 0;
            return alexnet_session_predict_file(with->session.get(),
                                                path.c_str(), nullptr, 1,
                                                top.get(), &found, e);
          },
          [top] { return TextOf(top->label) + BytesOf(&top->probability, 1); }};
}

Call InputGradientsCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  with->output.resize(with->views.size());
  return {[with](alexnet_error** e) {
            static const int32_t classes[kBatch] = {0, 1, 0, 1};
            return alexnet_session_input_gradients(
                with->session.get(), with->views.data(), with->views.size(),
                classes, kBatch, nullptr, with->output.data(),
                with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call DatasetOpenCall(const std::string& given) {
  auto place = MakePlace<alexnet_dataset>();
  return {
      [place, path = given + "/data/train"](alexnet_error** e) {
        return alexnet_dataset_open(path.c_str(), 0, place.get(), e);
      },
      [place] {
        const std::string taken =
            TextOf(alexnet_dataset_class_name(*place, 1)) +
            std::to_string(alexnet_dataset_size(*place, ALEXNET_PART_TRAIN));
        alexnet_dataset_free(std::exchange(*place, nullptr));
        return taken;
      }};
}

Call DatasetReadCall(const std::string& given) {
  auto place = MakePlace<void>();
  auto name = MakePlace<char>();
  auto size = std::make_shared<size_t>(0);
  return {[place, name, size, dataset = OpenDataset(given)](alexnet_error** e) {
            int32_t label = 0;
            return alexnet_dataset_read(dataset.get(), ALEXNET_PART_TRAIN, 1,
                                        &label, name.get(), place.get(),
                                        size.get(), e);
          },
          [place, name, size] {
            const std::string taken =
                TakeText(name) +
                BytesOf(static_cast<const char*>(*place), *size);
            alexnet_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

Call LintCall(const std::string& given) {
  auto place = MakePlace<char>();
  return {[place, dataset = OpenDataset(given)](alexnet_error** e) {
            auto options = Options(alexnet_lint_options_init);
            options.threads = 1;
            int32_t ok = 0;
            return alexnet_dataset_lint(dataset.get(), &options, nullptr, &ok,
                                        nullptr, place.get(), e);
          },
          [place] { return TakeText(place); }};
}

Call EvaluateCall(const std::string& given) {
  auto place = MakePlace<alexnet_evaluation>();
  return {[place, model = LoadedModel(given),
           dataset = OpenDataset(given)](alexnet_error** e) {
            auto options = Options(alexnet_evaluate_options_init);
            options.threads = 1;
            options.loader_threads = 1;
            return alexnet_evaluate(model.get(), dataset.get(), &options,
                                    nullptr, place.get(), e);
          },
          [place] {
            const std::string taken =
                BytesOf(alexnet_evaluation_confusion(*place), 4);
            alexnet_evaluation_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

alexnet_trainer_options TrainerOptions() {
  auto options = Options(alexnet_trainer_options_init);
  options.threads = 1;
  options.batch = kBatch;
  return options;
}

Call TrainerCall(const std::string& given) {
  auto place = MakePlace<alexnet_trainer>();
  return {[place, model = LoadedModel(given)](alexnet_error** e) {
            const auto options = TrainerOptions();
            return alexnet_trainer_create(model.get(), &options, place.get(),
                                          e);
          },
          [place] {
            alexnet_trainer_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

// At a rate of 0, so that each step is like the last.
Call StepCall(const std::string& given) {
  const auto model = LoadedModel(given);
  const auto options = TrainerOptions();
  alexnet_trainer* made = nullptr;
  NEED(alexnet_trainer_create(model.get(), &options, &made, &e));
  const std::shared_ptr<alexnet_trainer> trainer(made, alexnet_trainer_free);
  auto result =
      std::make_shared<alexnet_step_result>(Options(alexnet_step_result_init));
  return {
      [trainer, result,
       views = Views(OpenSession(model.get()).get())](alexnet_error** e) {
        static const int32_t labels[kBatch] = {0, 1, 0, 1};
        const auto rule = Options(alexnet_update_rule_init);
        return alexnet_trainer_step(trainer.get(), views.data(), views.size(),
                                    labels, kBatch, &rule, result.get(), e);
      },
      [result] {
        return BytesOf(&result->loss, 1) + BytesOf(&result->gradient_norm, 1);
      }};
}

alexnet_queue_options QueueOptions() {
  auto options = Options(alexnet_queue_options_init);
  options.threads = 1;
  options.batch = 2;
  return options;
}

Call QueueCall(const std::string& given) {
  auto place = MakePlace<alexnet_queue>();
  return {[place, model = LoadedModel(given)](alexnet_error** e) {
            const auto options = QueueOptions();
            return alexnet_queue_create(model.get(), &options, place.get(), e);
          },
          [place] {
            alexnet_queue_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

Call QueueRunCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  const auto options = QueueOptions();
  alexnet_queue* made = nullptr;
  NEED(alexnet_queue_create(with->model.get(), &options, &made, &e));
  const std::shared_ptr<alexnet_queue> queue(made, alexnet_queue_free);
  return {[with, queue](alexnet_error** e) {
            return alexnet_queue_run(
                queue.get(), with->views.data(), with->views.size(), kBatch,
                nullptr, with->output.data(), with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call DecodeCall(const std::string& given) {
  auto place = MakePlace<uint8_t>();
  auto image = std::make_shared<alexnet_image>();
  return {[place, image,
           path = given + "/data/train/circle/0000.jpg"](alexnet_error** e) {
            return alexnet_image_load(path.c_str(), 0, place.get(), image.get(),
                                      e);
          },
          [place, image] {
            const std::string taken = BytesOf(
                *place, static_cast<size_t>(image->width * image->height * 3));
            alexnet_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

Call ImportCall(const std::string& given, const std::string& name) {
  auto place = MakePlace<alexnet_model>();
  return {[place, path = given + "/" + name](alexnet_error** e) {
            return alexnet_import(path.c_str(), nullptr, nullptr, place.get(),
                                  nullptr, e);
          },
          [place] {
            const void* data = nullptr;
            size_t size = 0;
            NEED(alexnet_model_tensor_data(*place, 0, &data, &size, &e));
            std::string taken = BytesOf(static_cast<const char*>(data), size);
            alexnet_network* network = nullptr;
            NEED(alexnet_model_network(*place, &network, &e));
            char* json = nullptr;
            NEED(alexnet_network_json(network, &json, &e));
            taken += json;
            alexnet_free(json);
            alexnet_network_free(network);
            alexnet_model_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

Call ExportCall(const std::string& given, const std::string& name) {
  return {[model = LoadedModel(given), name](alexnet_error** e) {
            return alexnet_export(model.get(), name.c_str(), nullptr, nullptr,
                                  e);
          },
          [name] { return Bytes(name); }};
}

struct Named {
  const char* name;
  std::function<Call(const std::string& given)> make;
};

const std::vector<Named>& Calls() {
  const auto import = [](const char* name) {
    return [name](const std::string& given) { return ImportCall(given, name); };
  };
  const auto to = [](const char* name) {
    return [name](const std::string& given) { return ExportCall(given, name); };
  };
  static const std::vector<Named> calls{
      {"model_load", [](const auto& given) { return LoadCall(given, false); }},
      {"model_load copy",
       [](const auto& given) { return LoadCall(given, true); }},
      {"model_load_memory", LoadMemoryCall},
      {"model_save", SaveCall},
      {"model_save_memory", SaveMemoryCall},
      {"model_json", JsonCall},
      {"model_create_initial", InitialCall},
      {"network_create_preset", PresetCall},
      {"verify_file", VerifyCall},
      {"session_create", SessionCall},
      {"session_run", RunCall},
      {"session_run_encoded", EncodedCall},
      {"session_predict_file", PredictFileCall},
      {"session_input_gradients", InputGradientsCall},
      {"dataset_open", DatasetOpenCall},
      {"dataset_read", DatasetReadCall},
      {"dataset_lint", LintCall},
      {"evaluate", EvaluateCall},
      {"trainer_create", TrainerCall},
      {"trainer_step", StepCall},
      {"queue_create", QueueCall},
      {"queue_run", QueueRunCall},
      {"image_load", DecodeCall},
      {"import onnx", import("model.onnx")},
      {"import pth", import("model.pth")},
      {"import npz", import("model.npz")},
      {"import safetensors", import("model.safetensors")},
      {"import caffemodel", import("model.caffemodel")},
      {"export onnx", to("new.onnx")},
      {"export safetensors", to("new.safetensors")},
  };
  return calls;
}

Faults* Page() {
  const char* path = std::getenv("FAULTS");
  const int fd = path != nullptr ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) Die("FAULTS names no page");
  void* page =
      mmap(nullptr, sizeof(Faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) Die("the page cannot be mapped");
  close(fd);
  return static_cast<Faults*>(page);
}

int OpenDescriptors() {
  DIR* folder = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

// Names, but for files that calls make, in the current folder.
std::string Strays() {
  std::string strays;
  DIR* folder = opendir(".");
  while (const dirent* entry = readdir(folder)) {
    const std::string name = entry->d_name;
    if (name.ends_with(".tmp") || name.ends_with(".partial")) strays += name;
  }
  closedir(folder);
  return strays;
}

// For one line.
std::string Printable(const std::string& text) {
  std::string line = text.substr(0, 4000);
  for (char& c : line) c = c >= ' ' && c <= '~' ? c : ' ';
  return line;
}

struct Outcome {
  const char* verdict;
  std::string text;
};

// A call, and what is to fail in it.
class Driver {
 public:
  Driver(Call call, Faults* page)
      : call_(std::move(call)), page_(page), fault_(*page) {
    // What is made at the first call is there then.
    for (int i = 0; i < 2; ++i) {
      NEED(call_.make(&e));
      expected_ = call_.take();
    }
    page_->seen = 0;
    NEED(call_.make(&e));
    seen_ = page_->seen;
    if (call_.take() != expected_) Die("the call gives something else");
  }
  uint64_t seen() const { return seen_; }

  Outcome Run(uint64_t at) {
    const int descriptors = OpenDescriptors();
    Outcome outcome = Fail(at);
    // What stays is what grows whenever it fails there.
    const int64_t before = page_->blocks;
    for (int64_t last = before, again = 0; again < 3; ++again) {
      if (const Outcome more = Fail(at); outcome.verdict == kSaid) {
        outcome = more;
      }
      if (page_->blocks <= last) break;
      last = page_->blocks;
      if (again == 2) {
        return {"leak", std::to_string(last - before) + " blocks of memory"};
      }
    }
    if (OpenDescriptors() != descriptors) return {"leak", "a descriptor"};
    if (const std::string strays = Strays();
        !strays.empty() && fault_.onwards == 0) {
      return {"stray", strays};
    }
    alexnet_error* error = nullptr;
    if (call_.make(&error) != ALEXNET_OK) {
      outcome = {"not recovered", alexnet_error_text(error)};
      alexnet_error_free(error);
    } else if (call_.take() != expected_) {
      return {"not recovered", "gives something else"};
    }
    return outcome;
  }

 private:
  static constexpr const char* kSaid = "said";

  Outcome Fail(uint64_t at) {
    page_->at = at;
    page_->seen = page_->met = page_->spared = 0;
    std::memset(page_->function, 0, sizeof(page_->function));
    std::memset(page_->path, 0, sizeof(page_->path));
    alexnet_error* error = nullptr;
    page_->what = fault_.then;
    const alexnet_status status = call_.make(&error);
    page_->what = FAULTS_COUNT;
    if (status == ALEXNET_OK) {
      const std::string taken = call_.take();
      if (taken != expected_) return {"other", Printable(taken)};
      return {page_->met == 0 ? "spared" : "same", ""};
    }
    Outcome outcome = {kSaid, alexnet_error_text(error)};
    if (!Told(status, error)) outcome.verdict = "unsaid";
    alexnet_error_free(error);
    return outcome;
  }

  bool Told(alexnet_status status, const alexnet_error* error) const {
    const bool memory = fault_.calls != FAULTS_FILE;
    return alexnet_error_code(error) == status &&
           *alexnet_error_message(error) != '\0' &&
           status == (memory ? ALEXNET_OUT_OF_MEMORY : ALEXNET_IO);
  }

  const Call call_;
  Faults* const page_;
  const Faults fault_;
  std::string expected_;
  uint64_t seen_ = 0;
};

int Main(int argc, char** argv) {
  if (argc == 1) {
    for (const Named& named : Calls()) std::puts(named.name);
    return 0;
  }
  if (argc != 6) Die("calls GIVEN CALL FROM RUNS SEED");
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::string given = argv[1];
  const uint64_t from = std::strtoull(argv[3], nullptr, 10);
  const uint64_t most = std::strtoull(argv[4], nullptr, 10);
  std::mt19937_64 random(std::strtoull(argv[5], nullptr, 10));
  for (const Named& named : Calls()) {
    if (std::strcmp(named.name, argv[2]) != 0) continue;
    Faults* const page = Page();
    Driver driver(named.make(given), page);
    const uint64_t calls = driver.seen();
    std::printf("%llu\n", static_cast<unsigned long long>(calls));
    const uint64_t runs = most == 0 || most > calls ? calls : most;
    for (uint64_t i = 0; i < runs; ++i) {
      const uint64_t begin = calls * i / runs;
      const uint64_t share = calls * (i + 1) / runs - begin;
      const uint64_t at = begin + (share > 1 ? random() % share : 0);
      if (at < from) continue;
      alarm(kPatience);
      const Outcome outcome = driver.Run(at);
      std::printf("%s\t%llu\t%s\t%s\t%s\n", outcome.verdict,
                  static_cast<unsigned long long>(at), page->function,
                  page->path, Printable(outcome.text).c_str());
    }
    return 0;
  }
  Die(std::string("there is no call ") + argv[2]);
}

}  // namespace

int main(int argc, char** argv) { return Main(argc, argv); }
