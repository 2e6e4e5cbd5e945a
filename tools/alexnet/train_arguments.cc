#include "tools/alexnet/train_arguments.h"

namespace alexnet::cli {

const TrainOptions& TrainArguments::Complete(const Context& log) {
  options.context = log.get();
  options.data = data.c_str();
  options.out = out.c_str();
  options.recipe = &recipe;
  options.no_validation = options.validation_fraction == 0;
  // A run that is gone on with refuses what was said and is otherwise.
  if (!given->Given("--val-fraction")) options.validation_fraction = 0;
  if (!given->Given("--seed")) options.seed = 0;
  options.change_parallel = given->Given("--parallel");
  return options;
}

bool TrainArguments::Tells() const {
  return options.launcher != ALEXNET_LAUNCHER_MPI || launcher_rank() == 0;
}

void AddTrainArguments(Arguments& arguments, TrainArguments& asked) {
  asked.given.emplace(arguments);
  TrainOptions& options = asked.options;
  Recipe& recipe = asked.recipe;
  arguments
      .Text("--out", asked.out,
            "Folder for checkpoints and curves; made if missing")
      .Required();
  arguments.Flag("--no-report", asked.no_report,
                 "Writes no report.html into that folder");
  // BEGIN options: cli.options train_options to=options skip=input_size
  arguments.Flag(
      "--resume", options.resume,
      "Goes on with the run in `out`, of which only the number of epochs may "
      "change: what else is said of it must be as it was");
  arguments.Number("--val-fraction", options.validation_fraction, 0.1, 0, 0.99,
                   "Share of the training pictures that is held out where "
                   "there is no validation folder");
  arguments.Number("--seed", options.seed, 1, 1,
                   "What everything random starts from");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
  arguments.Number(
      "--loader-threads", options.loader_threads, 0, 0, 1'024,
      "Threads that decode pictures; 0: as many as the process may use");
  arguments.Flag("--strict", options.strict,
                 "Stops at the first broken picture");
  arguments.Flag("--stop-when-stuck", options.stop_when_stuck,
                 "Stops with \"diverged\" where the loss does not move or "
                 "layers are dead, in place of a warning");
  arguments.Number(
      "--max-pixels", options.max_pixels, 100'000'000, 1,
      "Most pixels of a picture; one that has more counts as broken");
  arguments.Number("--log-every", options.log_every, 20, 1, 1'000'000'000,
                   "Updates between two lines of metrics");
  arguments.Number(
      "--checkpoint-every", options.checkpoint_every, 0, 0, 1'000'000'000,
      "Updates between two checkpoints within an epoch; 0: only at its end");
  arguments.Text("--device", options.device,
                 "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first "
                 "GPU), \"auto\" (a GPU if there is one) or \"reference\"; by "
                 "default \"cpu\", or what a resumed run was computed on");
  arguments.Choice("--precision", options.precision,
                   {{"f32", ALEXNET_PRECISION_F32},
                    {"tf32", ALEXNET_PRECISION_TF32},
                    {"bf16", ALEXNET_PRECISION_BF16}},
                   "What a GPU computes in; a resumed run goes on as before; "
                   "by default f32");
  arguments.Flag("--tune", options.tune,
                 "Times a GPU's algorithms first and takes the fastest; runs "
                 "may then differ in their last bits");
  arguments.Text("--devices", options.devices,
                 "Several devices that train together, in place of `device`, "
                 "with commas between: \"cpu,cpu\", or GPUs: "
                 "\"cuda:0,cuda:1\"; by default one, `device`");
  arguments.Choice(
      "--parallel", options.parallel,
      {{"data", ALEXNET_PARALLEL_DATA},
       {"towers", ALEXNET_PARALLEL_TOWERS},
       {"hybrid", ALEXNET_PARALLEL_HYBRID},
       {"hybrid_in_turn", ALEXNET_PARALLEL_HYBRID_IN_TURN},
       {"hybrid_sub_batches", ALEXNET_PARALLEL_HYBRID_SUB_BATCHES}},
      "How `devices` divide the network");
  arguments.Choice(
      "--launcher", options.launcher,
      {{"local", ALEXNET_LAUNCHER_LOCAL}, {"mpi", ALEXNET_LAUNCHER_MPI}},
      "Who started the ranks that train together");
  arguments.Choice("--rate-scaling", options.rate_scaling,
                   {{"none", ALEXNET_RATE_SCALING_NONE},
                    {"linear", ALEXNET_RATE_SCALING_LINEAR}},
                   "How the learning rate follows the batch");
  arguments.Text(
      "--class-weights", options.class_weights,
      "What the loss of a picture counts, by its class: \"balanced\" (the "
      "inverse of the classes' shares), a list such as \"cat=2,dog=0.5\" (1 "
      "where not named), or a path that ends in .json, of an object of such or "
      "an array of weights for all; by default all alike");
  // END options
  arguments.Heading("Recipe (default: the network's)");
  // BEGIN options: cli.changes recipe to=recipe
  arguments
      .Number("--batch", recipe.batch, "Pictures in one update; 1 to 65,536")
      .Marks(recipe.fields, ALEXNET_RECIPE_BATCH);
  arguments
      .Number("--epochs", recipe.epochs,
              "Passes over the training pictures; 1 to 1,000,000")
      .Marks(recipe.fields, ALEXNET_RECIPE_EPOCHS);
  arguments
      .Number("--rate", recipe.rate, "Learning rate at the start; 0 to 1e6")
      .Marks(recipe.fields, ALEXNET_RECIPE_RATE);
  arguments
      .Number("--momentum", recipe.momentum,
              "Share of an update that the next one repeats (section 5 of the "
              "paper); 0 to 0.9999")
      .Marks(recipe.fields, ALEXNET_RECIPE_MOMENTUM);
  arguments
      .Number("--weight-decay", recipe.weight_decay,
              "Pull of the weights towards 0, times the learning rate (section "
              "5 of the paper); 0 to 1,000")
      .Marks(recipe.fields, ALEXNET_RECIPE_WEIGHT_DECAY);
  arguments
      .Choice("--schedule", recipe.schedule,
              {{"constant", ALEXNET_SCHEDULE_CONSTANT},
               {"step", ALEXNET_SCHEDULE_STEP},
               {"plateau", ALEXNET_SCHEDULE_PLATEAU},
               {"poly", ALEXNET_SCHEDULE_POLY}},
              "How the learning rate changes")
      .Marks(recipe.fields, ALEXNET_RECIPE_SCHEDULE);
  arguments
      .Number("--factor", recipe.factor,
              "Step and plateau: what a cut multiplies the rate by; 0 to 1")
      .Marks(recipe.fields, ALEXNET_RECIPE_FACTOR);
  arguments
      .List("--milestones", recipe.milestones, recipe.milestone_count,
            "Step: where the rate is cut, in fractions of all epochs that rise "
            "and lie between 0 and 1")
      .Marks(recipe.fields, ALEXNET_RECIPE_MILESTONES);
  arguments
      .Number("--patience", recipe.patience,
              "Plateau: epochs without a better top-1 error before a cut; 1 to "
              "1,000,000")
      .Marks(recipe.fields, ALEXNET_RECIPE_PATIENCE);
  arguments
      .Number("--max-cuts", recipe.max_cuts,
              "Plateau: cuts at most; the paper made three; 0 to 1,000,000")
      .Marks(recipe.fields, ALEXNET_RECIPE_MAX_CUTS);
  arguments.Number("--power", recipe.power, "Poly: the exponent; 0 to 100")
      .Marks(recipe.fields, ALEXNET_RECIPE_POWER);
  arguments
      .Number("--warmup-epochs", recipe.warmup_epochs,
              "Epochs in which the rate rises linearly from a tenth; 0 to 1e6")
      .Marks(recipe.fields, ALEXNET_RECIPE_WARMUP_EPOCHS);
  arguments
      .Choice("--crop", recipe.crop,
              {{"centre", ALEXNET_CROP_CENTRE},
               {"random", ALEXNET_CROP_RANDOM},
               {"resized", ALEXNET_CROP_RANDOM_RESIZED}},
              "What training sees of a picture")
      .Marks(recipe.fields, ALEXNET_RECIPE_CROP);
  arguments
      .Number("--pad", recipe.pad,
              "Margin of mean colour put around the resized picture before a "
              "random crop: shifts, where pictures are no larger than the "
              "crop; 0 to 1,024 pixels")
      .Marks(recipe.fields, ALEXNET_RECIPE_PAD);
  arguments
      .Choice("--mirror", recipe.mirror, {{"true", 1}, {"false", 0}},
              "Mirrors half of the pictures left-right")
      .Marks(recipe.fields, ALEXNET_RECIPE_MIRROR);
  arguments
      .Number("--color-sigma", recipe.color_sigma,
              "Standard deviation of the PCA colour noise (section 4.1 of the "
              "paper); 0 to 10; 0: none")
      .Marks(recipe.fields, ALEXNET_RECIPE_COLOR_SIGMA);
  arguments
      .Choice("--rescale-after-noise", recipe.rescale_after_noise,
              {{"true", 1}, {"false", 0}},
              "Divides by 1 + the colour noise's deviation afterwards, as the "
              "2012 code does")
      .Marks(recipe.fields, ALEXNET_RECIPE_RESCALE_AFTER_NOISE);
  arguments
      .Number("--label-smoothing", recipe.label_smoothing,
              "Share of the target that goes to all classes alike; 0 to 0.999")
      .Marks(recipe.fields, ALEXNET_RECIPE_LABEL_SMOOTHING);
  arguments
      .Number("--clip", recipe.clip_gradient_norm,
              "Largest L2 norm of all gradients together; 0: any")
      .Marks(recipe.fields, ALEXNET_RECIPE_CLIP_GRADIENT_NORM);
  arguments
      .Choice("--balance", recipe.class_balance,
              {{"none", ALEXNET_CLASS_BALANCE_NONE},
               {"sampling", ALEXNET_CLASS_BALANCE_SAMPLING}},
              "What makes up for classes of different sizes in training")
      .Marks(recipe.fields, ALEXNET_RECIPE_CLASS_BALANCE);
  // END options
}

}  // namespace alexnet::cli
