// What is asked of the calls that compute or go through pictures. Zero is the
// default of each option; options are only ever added, at the end.

#include "tools/build/options/enums.h"
#include "tools/build/options/groups.h"

namespace alexnet::options {
namespace {

// Options that several calls have.

Option Context(const char* sentence) {
  return {.name = "context",
          .type = Type::kContext,
          .sentence = sentence,
          .engine = false,
          .command_line = false};
}
Option Device() {
  return {.name = "device",
          .type = Type::kText,
          .sentence =
              "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the "
              "first GPU), \"auto\" (a GPU if there is one) or "
              "\"reference\"",
          .by_default = "\"cpu\"",
          .engine = false};
}
Option Devices(const char* sentence, const char* more) {
  return {.name = "devices",
          .type = Type::kText,
          .sentence = sentence,
          .more = more,
          .by_default = "one, `device`",
          .engine = false};
}
Option ParallelOption() {
  return {.name = "parallel",
          .type = Type::kEnum,
          .choices = &kParallel,
          .sentence = "How `devices` divide the network",
          .value = "data",
          .engine = false};
}
// Of what predicts.
Option PredictingDevices() {
  return Devices(
      "Several devices that predict together, in place of `device`, with "
      "commas between: \"cpu,cpu\", or GPUs: \"cuda:0,cuda:1\"",
      "`threads` are divided among them; of a plan other than `towers`, so is "
      "a "
      "batch, which has a view for each at least");
}
Option PrecisionOption() {
  return {.name = "precision",
          .type = Type::kEnum,
          .choices = &kPrecision,
          .sentence = "What a GPU computes in",
          .engine = false};
}
Option Tune() {
  return {.name = "tune",
          .type = Type::kBool,
          .sentence =
              "Times a GPU's algorithms first and takes the fastest; "
              "runs may then differ in their last bits",
          .engine = false};
}
Option Threads() {
  return {.name = "threads",
          .type = Type::kInt,
          .sentence = "Compute threads of the CPU",
          .by_default = "as many as the process may use",
          .least = "0",
          .most = "1'024",
          .engine = false};
}
Option LoaderThreads(const char* name, const char* place = "") {
  return {.name = name,
          .type = Type::kInt,
          .sentence = "Threads that decode pictures",
          .value = "0",
          .by_default = "as many as the process may use",
          .least = "0",
          .most = "1'024",
          .core = place};
}
Option WeightDType() {
  return {.name = "weight_dtype",
          .type = Type::kEnum,
          .choices = &kWeightType,
          .sentence =
              "How the CPU keeps the weights of fully connected "
              "layers; sums are float32",
          .by_default = "f32",
          .flag = "--weights",
          .engine = false};
}
Option Batch(const char* sentence, const char* by_default) {
  return {.name = "batch",
          .type = Type::kLong,
          .sentence = sentence,
          .by_default = by_default,
          .least = "0",
          .most = "65'536",
          .engine = false};
}
Option TenCrop(const char* place) {
  return {.name = "ten_crop",
          .type = Type::kBool,
          .sentence =
              "Averages the probabilities of ten views of each "
              "picture (section 4.1 of the paper)",
          .value = "false",
          .core = place};
}
Option Strict(const char* place) {
  return {.name = "strict",
          .type = Type::kBool,
          .sentence = "Stops at the first broken picture",
          .value = "false",
          .core = place};
}
// Of files, which are let pass where one is broken.
Option MaxPixels(const char* place = "") {
  return {.name = "max_pixels",
          .type = Type::kLong,
          .sentence =
              "Most pixels of a picture; one that has more counts as broken",
          .value = "100'000'000",
          .core = place};
}
Option Seed(const char* sentence) {
  return {
      .name = "seed", .type = Type::kSeed, .sentence = sentence, .value = "1"};
}
Option Progress() {
  return {.name = "progress",
          .type = Type::kProgress,
          .sentence = "Told how far it is",
          .engine = false,
          .command_line = false,
          .java = false};
}

const Group kSessionOptions = {
    .name = "session_options",
    .core = "SessionOptions",
    .options = {
        Context("Kept as long as the session"),
        Device(),
        {.name = "threads",
         .type = Type::kInt,
         .sentence = "Compute threads of the CPU",
         .more = "The caller's is the first of them; the session owns the "
                 "others",
         .by_default = "as many as the process may use",
         .least = "0",
         .most = "1'024",
         .engine = false},
        Batch("Views computed at a time", "1, or 10 for ten crops"),
        WeightDType(),
        PrecisionOption(),
        Tune(),
        TenCrop(""),
        {.name = "activations",
         .type = Type::kTexts,
         .sentence = "Layers whose outputs are kept after each run",
         .engine = false,
         .command_line = false},
        {.name = "max_pixels",
         .type = Type::kLong,
         .sentence = "Most pixels of a picture; one that has more is refused",
         .value = "100'000'000"},
        PredictingDevices(),
        ParallelOption()}};

const Group kEvaluateOptions = {
    .name = "evaluate_options",
    .core = "EvaluateOptions",
    .options = {Context("Told of broken pictures"), Device(), Threads(),
                LoaderThreads("loader_threads", "feed.loader_threads"),
                Batch("Views computed at a time", "32, or 30 for ten crops"),
                WeightDType(), PrecisionOption(), Tune(),
                TenCrop("feed.ten_crop"), Strict("feed.quarantine.strict"),
                MaxPixels("feed.max_pixels"), Progress(), PredictingDevices(),
                ParallelOption()}};

const Group kFeatureOptions = {
    .name = "feature_options",
    .core = "FeatureOptions",
    .options = {
        Context("Kept as long as the features; warned of broken pictures"),
        Device(), Threads(), LoaderThreads("loader_threads"),
        Batch("Pictures computed at a time", "32"), WeightDType(),
        PrecisionOption(), Tune(), Strict(""), MaxPixels()}};

const Group kTrainOptions = {
    .name = "train_options",
    .core = "TrainOptions",
    .options = {
        Context("Told of choices and warnings"),
        {.name = "data",
         .type = Type::kPath,
         .sentence = "Folder with one folder of pictures per class, or train/ "
                     "and val/ with one per class each, or shards (*.tar)",
         .command_line = false,
         .rust = false},
        {.name = "out",
         .type = Type::kPath,
         .sentence = "Folder for last.alexnet, best.alexnet, metrics.jsonl and "
                     "TensorBoard's events; made if missing",
         .command_line = false,
         .rust = false},
        {.name = "preset",
         .type = Type::kText,
         .sentence = "The network, by the name of a preset; or else `network`",
         .value = "alexnet",
         .command_line = false,
         .rust = false},
        {.name = "network",
         .type = Type::kContext,
         .sentence = "A network whose number of classes is the data's",
         .c_type = "const alexnet_network*",
         .java_type = "Network",
         .engine = false,
         .command_line = false,
         .rust = false},
        {.name = "input_size",
         .type = Type::kLong,
         .sentence = "Side of the preset's square input, in pixels",
         .value = "0",
         .by_default = "the preset's own",
         .least = "0",
         .most = "4'096"},
        {.name = "recipe",
         .type = Type::kContext,
         .sentence = "Changes to the network's recipe",
         .c_type = "const alexnet_recipe*",
         .java_type = "Recipe",
         .engine = false,
         .command_line = false,
         .rust = false},
        {.name = "resume",
         .type = Type::kBool,
         .sentence = "Goes on with the run in `out`, of which only the number "
                     "of epochs may change: what else is said of it must be "
                     "as it was",
         .value = "false"},
        {.name = "no_validation",
         .type = Type::kBool,
         .sentence = "Holds no pictures out",
         .engine = false,
         .command_line = false},
        {.name = "validation_fraction",
         .type = Type::kDouble,
         .sentence = "Share of the training pictures that is held out where "
                     "there is no validation folder",
         .value = "0.1",
         .given = "0.0",
         .least = "0",
         .most = "0.99",
         .flag = "--val-fraction"},
        {.name = "seed",
         .type = Type::kSeed,
         .sentence = "What everything random starts from",
         .value = "1",
         .given = "0"},
        Threads(),
        LoaderThreads("loader_threads"),
        Strict(""),
        {.name = "stop_when_stuck",
         .type = Type::kBool,
         .sentence = "Stops with \"diverged\" where the loss does not move or "
                     "layers are dead, in place of a warning",
         .value = "false"},
        MaxPixels(),
        {.name = "log_every",
         .type = Type::kLong,
         .sentence = "Updates between two lines of metrics",
         .value = "20",
         .least = "1",
         .most = "1'000'000'000"},
        {.name = "checkpoint_every",
         .type = Type::kLong,
         .sentence = "Updates between two checkpoints within an epoch",
         .value = "0",
         .by_default = "only at its end",
         .least = "0",
         .most = "1'000'000'000"},
        {.name = "device",
         .type = Type::kText,
         .sentence = "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the "
                     "first GPU), \"auto\" (a GPU if there is one) or "
                     "\"reference\"",
         .by_default = "\"cpu\", or what a resumed run was computed on",
         .engine = false},
        {.name = "precision",
         .type = Type::kEnum,
         .choices = &kPrecision,
         .sentence = "What a GPU computes in; a resumed run goes on as before",
         .engine = false},
        Tune(),
        {.name = "devices",
         .type = Type::kText,
         .sentence = "Several devices that train together, in place of "
                     "`device`, with commas between: \"cpu,cpu\", or GPUs: "
                     "\"cuda:0,cuda:1\"",
         .more = "The batch is that of all together, and `threads` and "
                 "`loader_threads` are divided among them",
         .by_default = "one, `device`"},
        {.name = "parallel",
         .type = Type::kEnum,
         .choices = &kParallel,
         .sentence = "How `devices` divide the network",
         .value = "data"},
        {.name = "launcher",
         .type = Type::kEnum,
         .choices = &kLauncher,
         .sentence = "Who started the ranks that train together",
         .more = "With mpi each process is a rank: all are started with the "
                 "same options, and each computes on its `device`, or on the "
                 "one of `devices` that has the rank's number on its machine "
                 "(\"cuda\": the GPU of that number); "
                 "`threads` and `loader_threads` are those of each process",
         .value = "local"},
        {.name = "rate_scaling",
         .type = Type::kEnum,
         .choices = &kRateScaling,
         .sentence = "How the learning rate follows the batch",
         .value = "none"},
        {.name = "class_weights",
         .type = Type::kText,
         .sentence = "What the loss of a picture counts, by its class: "
                     "\"balanced\" (the inverse of the classes' shares), a "
                     "list such as \"cat=2,dog=0.5\" (1 where not named), or a "
                     "path that ends in .json, of an object of such or an "
                     "array of weights for all",
         .more = "Their mean over the training pictures is made 1",
         .by_default = "all alike"},
        {.name = "change_parallel",
         .type = Type::kBool,
         .sentence = "Goes on with a run by `parallel`, also where that is "
                     "data: else data stands for the plan of before, where as "
                     "many devices go on",
         .value = "false",
         .command_line = false}}};

const Group kFinetuneOptions = {
    .name = "finetune_options",
    .core = "FinetuneOptions",
    .options = {
        {.name = "freeze",
         .type = Type::kTexts,
         .sentence = "Layers that do not learn, by name; \"..conv5\": all up "
                     "to it; \"none\": all learn",
         .by_default = "chosen by the number of pictures, and told",
         .engine = false,
         .command_line = false},
        {.name = "head_rate",
         .type = Type::kFloat,
         .sentence = "Learning rate of the new layer, times the others'",
         .value = "10.0f",
         .given = "0.0f",
         .least = "1e-6f",
         .most = "1e6f"}}};

const Group kTrainerOptions = {
    .name = "trainer_options",
    .core = "StepTrainerOptions",
    .options = {
        Device(),
        PrecisionOption(),
        Tune(),
        Threads(),
        {.name = "batch",
         .type = Type::kLong,
         .sentence = "Pictures in one update",
         .value = "128",
         .least = "1",
         .most = "65'536"},
        {.name = "label_smoothing",
         .type = Type::kFloat,
         .sentence = "Share of the target that goes to all classes alike",
         .value = "0.0f",
         .least = "0.0f",
         .most = "0.999f"},
        Seed("What dropout starts from")}};

const Group kUpdateRule = {
    .name = "update_rule",
    .core = "UpdateRule",
    .options = {
        {.name = "rate",
         .type = Type::kFloat,
         .sentence = "Learning rate",
         .value = "0.01f",
         .least = "0.0f",
         .most = "1e6f"},
        {.name = "momentum",
         .type = Type::kFloat,
         .sentence = "Share of an update that the next one repeats",
         .value = "0.9f",
         .least = "0.0f",
         .most = "0.9999f"},
        {.name = "weight_decay",
         .type = Type::kFloat,
         .sentence = "Pull of the weights towards 0, times the learning rate",
         .value = "5e-4f",
         .least = "0.0f",
         .most = "1'000.0f"},
        {.name = "clip_gradient_norm",
         .type = Type::kFloat,
         .sentence = "Largest L2 norm of all gradients together",
         .value = "0.0f",
         .least = "0.0f",
         .most = "1e9f",
         .zero = "any"}}};

const Group kBenchmarkOptions = {
    .name = "benchmark_options",
    .core = "BenchmarkOptions",
    .options = {
        {.name = "preset",
         .type = Type::kText,
         .sentence = "A preset with initial values; or else `model`",
         .value = "alexnet",
         .command_line = false,
         .rust = false},
        {.name = "model",
         .type = Type::kPath,
         .sentence = "A model file",
         .command_line = false,
         .rust = false},
        {.name = "training",
         .type = Type::kBool,
         .sentence = "Times training steps, not inference",
         .engine = false,
         .command_line = false},
        Device(),
        Threads(),
        Batch("Pictures in one run", "1, of training 128"),
        WeightDType(),
        PrecisionOption(),
        Tune(),
        {.name = "seconds",
         .type = Type::kDouble,
         .sentence = "At least this long, and five runs, after a warm-up",
         .value = "5.0",
         .least = "0",
         .most = "3'600",
         .rust = false},
        Seed("What the values start from"),
        Devices("Several devices that work together, in place of `device`, "
                "with commas between: \"cpu,cpu\", or GPUs: "
                "\"cuda:0,cuda:1\"",
                "The batch is that of all together, and `threads` are divided "
                "among them"),
        ParallelOption()}};

const Group kLintOptions = {
    .name = "lint_options",
    .core = "LintOptions",
    .options = {LoaderThreads("threads"), MaxPixels(), Progress()}};

const Group kPackOptions = {
    .name = "pack_options",
    .core = "PackOptions",
    .options = {
        Context("Told of broken pictures"),
        {.name = "resize",
         .type = Type::kInt,
         .sentence = "The shorter side, and the square that is cut out",
         .value = "256",
         .least = "8",
         .most = "4'096",
         .unit = "pixels"},
        {.name = "quality",
         .type = Type::kInt,
         .sentence = "Quality of the JPEGs",
         .value = "92",
         .least = "1",
         .most = "100"},
        {.name = "shard_samples",
         .type = Type::kLong,
         .sentence = "Pictures in a shard",
         .value = "4'096",
         .least = "1",
         .most = "1'048'576",
         .flag = "--shard-size"},
        LoaderThreads("threads"),
        MaxPixels(),
        {.name = "seed",
         .type = Type::kSeed,
         .sentence = "What the order in the shards starts from; they are "
                     "shuffled, so that reading them in order is as "
                     "good",
         .value = "0"},
        Strict("quarantine.strict"),
        Progress()}};

const Group kQueueOptions = {
    .name = "queue_options",
    .core = "QueueOptions",
    .options = {
        Context("Kept as long as the queue"),
        Device(),
        Threads(),
        {.name = "batch",
         .type = Type::kLong,
         .sentence = "Most samples computed together",
         .by_default = "32",
         .least = "0",
         .most = "4'096",
         .engine = false},
        WeightDType(),
        PrecisionOption(),
        Tune(),
        TenCrop(""),
        {.name = "max_wait_milliseconds",
         .type = Type::kDouble,
         .sentence = "How long a request waits for others to fill its batch",
         .value = "0.0",
         .by_default = "what came while the device was busy is computed next",
         .least = "0",
         .most = "60'000"},
        {.name = "capacity",
         .type = Type::kLong,
         .sentence = "Requests in a full queue",
         .value = "256",
         .least = "1",
         .most = "1'048'576"},
        {.name = "when_full",
         .type = Type::kEnum,
         .choices = &kWhenFull,
         .sentence = "What a call does that finds the queue full",
         .value = "wait"},
        PredictingDevices(),
        ParallelOption()}};

}  // namespace

std::vector<const Group*> RunGroups() {
  return {&kSessionOptions,   &kEvaluateOptions, &kTrainOptions,
          &kFinetuneOptions,  &kTrainerOptions,  &kUpdateRule,
          &kBenchmarkOptions, &kLintOptions,     &kPackOptions,
          &kQueueOptions,     &kFeatureOptions};
}

}  // namespace alexnet::options
