// Numbers are those of the model file and of the C interface: choices are only
// ever added, at the end.

#include "tools/build/options/enums.h"

namespace alexnet::options {

const Enum kActivationKind = {
    .name = "ActivationKind",
    .core = "ActivationKind",
    .prefix = "ACTIVATION",
    .sentence = "An elementwise function",
    .choices = {{"relu", "max(x, 0)"}, {"tanh", "The hyperbolic tangent"}}};

const Enum kChannelOrder = {
    .name = "ChannelOrder",
    .core = "ChannelOrder",
    .prefix = "CHANNELS",
    .sentence = "Channels of the network's input",
    .choices = {{"rgb", "Red, green, blue"},
                {"bgr", "Blue, green, red, as Caffe has it"},
                {"gray", "One channel, ITU-R 601 luma"}}};

const Enum kClassBalance = {
    .name = "ClassBalance",
    .core = "ClassBalance",
    .prefix = "CLASS_BALANCE",
    .sentence = "What makes up for classes of different sizes in training",
    .choices = {
        {"none", "Nothing"},
        {"sampling",
         "Pictures of smaller classes are seen several times in an epoch, so "
         "that all classes are seen equally often"}}};

const Enum kCrop = {
    .name = "Crop",
    .core = "CropKind",
    .prefix = "CROP",
    .sentence = "What training sees of a picture",
    .choices = {
        {"centre", "Its centre"},
        {"random",
         "Anywhere in the resized picture (section 4.1 of the paper)"},
        {"random_resized",
         "torchvision's RandomResizedCrop: 8 to 100 % of the area, sides 3:4 "
         "to 4:3",
         "resized"}}};

const Enum kDType = {.name = "DType",
                     .core = "DType",
                     .prefix = "DTYPE",
                     .sentence = "Element types; in files little endian",
                     .choices = {{"f32", "IEEE 754 single"},
                                 {"f16", "IEEE 754 half"},
                                 {"bf16", "bfloat16", "", "BF16"}},
                     .open = "float32, or what the tensors have already"};

const Enum kInit = {
    .name = "Initializer",
    .core = "InitKind",
    .prefix = "INIT",
    .sentence = "How a parameter tensor starts",
    .choices = {{"constant", "With the value everywhere"},
                {"gaussian", "Mean 0, standard deviation the value"},
                {"truncated_normal",
                 "The same, redrawn beyond two standard deviations"},
                {"xavier_uniform",
                 "Within sqrt(6 / (fan in + fan out)) of 0; without the value"},
                {"fan_in_uniform",
                 "Within 1 / sqrt(fan in) of 0, PyTorch's; without the value"}},
    .open = "Weights: Gaussian of 0.01; biases: 0"};

const Enum kLauncher = {
    .name = "Launcher",
    .core = "Launcher",
    .prefix = "LAUNCHER",
    .sentence = "Who starts the ranks of a run that trains on several devices",
    .choices = {
        {"local", "The run itself, as threads of one process"},
        {"mpi", "mpirun or srun, each a process, on one machine or many"}}};

const Enum kLayerType = {
    .name = "LayerType",
    .core = "LayerType",
    .prefix = "LAYER",
    .sentence = "What a layer computes",
    .choices = {{"convolution", "Cross-correlation"},
                {"pooling", "One value of each window"},
                {"lrn", "Local response normalization"},
                {"activation", "A function of each element"},
                {"dropout", "Zeroes while training"},
                {"adaptive_average_pooling", "Averages that cover the input"},
                {"fully_connected", "y = x W^T + b"},
                {"softmax", "Probabilities of classes"},
                {"locally_connected",
                 "As a convolution, with weights of its own at each place"}}};

const Enum kLrnRegion = {
    .name = "LrnRegion",
    .core = "LrnRegion",
    .prefix = "LRN",
    .sentence = "What a window of response normalization spans",
    .choices = {
        {"across_channels", "`size` neighbouring channels at one position"},
        {"within_channel", "`size` x `size` positions of one channel"}}};

const Enum kMeanKind = {
    .name = "MeanKind",
    .core = "MeanKind",
    .prefix = "MEAN",
    .sentence = "What is subtracted of a picture",
    .choices = {{"none", "Nothing"},
                {"channel", "A number for each channel"},
                {"image_at_crop",
                 "The mean image, cropped where the picture is (Caffe)"},
                {"image_at_centre",
                 "The mean image's centre, wherever the picture is cropped "
                 "(the 2012 code)"}}};

const Enum kParallel = {
    .name = "Parallel",
    .core = "ParallelKind",
    .prefix = "PARALLEL",
    .sentence = "How a network is divided among devices",
    .choices = {
        {"data", "By samples: a whole network on each device"},
        {"towers",
         "By channels and units, as the paper's figure 2 has it: devices meet "
         "where a layer sees the channels of others"},
        {"hybrid",
         "\"One weird trick\" (arXiv:1404.5997): up to the first layer that "
         "gives one position by samples, from there on by units"},
        {"hybrid_in_turn",
         "Likewise, but the layers that are divided by units see the samples "
         "of one device after another's, while the next are on their way; "
         "for training"},
        {"hybrid_sub_batches",
         "Likewise, and those layers are updated after each of these "
         "sub-batches, in place of once; for training"}}};

const Enum kPoolKind = {
    .name = "PoolKind",
    .core = "PoolKind",
    .prefix = "POOL",
    .sentence = "What pooling takes of a window",
    .choices = {{"max", "The largest value"}, {"average", "The mean"}}};

const Enum kPrecision = {
    .name = "Precision",
    .core = "Precision",
    .prefix = "PRECISION",
    .sentence = "What a GPU computes in",
    .more =
        "Sums, the loss, softmax, and the parameters and momenta of a "
        "training run are float32 in each. The CPU knows F32 alone. Unless "
        "algorithms are tuned, the same work gives the same bits run after "
        "run on one kind of GPU with the same libraries",
    .choices = {{"f32", "float32 throughout"},
                {"tf32", "float32 whose products have mantissas of 10 bits"},
                {"bf16", "Blobs and working weights in bfloat16"}},
    .open = "f32"};

const Enum kRateScaling = {
    .name = "RateScaling",
    .core = "RateScaling",
    .prefix = "RATE_SCALING",
    .sentence = "How the learning rate follows the batch",
    .choices = {
        {"none", "Not at all"},
        {"linear",
         "In proportion to it: the rate is meant for the batch of the "
         "network's own recipe, and the first five epochs warm up unless "
         "`warmup_epochs` says otherwise (section 2 of arXiv:1706.02677)"}}};

const Enum kResizeFilter = {
    .name = "ResizeFilter",
    .core = "ResizeFilter",
    .prefix = "FILTER",
    .sentence = "Whose interpolation is reproduced, pixel by pixel",
    .choices = {{"antialiased_bilinear", "Pillow's and torchvision's"},
                {"opencv_linear", "OpenCV's INTER_LINEAR", "", "OpenCvLinear"},
                {"opencv_area",
                 "OpenCV's INTER_AREA, INTER_CUBIC to enlarge (cuda-convnet2)",
                 "", "OpenCvArea"}}};

const Enum kResizeRule = {
    .name = "ResizeRule",
    .core = "ResizeRule",
    .prefix = "RESIZE",
    .sentence = "To what size a picture is brought before it is cropped",
    .choices = {
        {"none", "None: it is warped to the crop where the sizes differ"},
        {"short_side",
         "The shorter side to `resize`, the aspect kept (the paper, "
         "torchvision)"},
        {"warp", "Both sides to `resize`, the aspect not kept (Caffe)"}}};

const Enum kRounding = {
    .name = "Rounding",
    .core = "Rounding",
    .prefix = "ROUND",
    .sentence = "How the number of windows along an axis is rounded",
    .choices = {{"floor", "Down"},
                {"ceil",
                 "Up, as Caffe pools: taps outside count as zero in a "
                 "convolution and not at all in a maximum; a pooling window "
                 "that would start in the padding at the end is dropped"}}};

const Enum kSchedule = {
    .name = "Schedule",
    .core = "ScheduleKind",
    .prefix = "SCHEDULE",
    .sentence = "How the learning rate changes",
    .choices = {
        {"constant", "Not at all"},
        {"step", "rate * factor at each milestone"},
        {"plateau",
         "rate * factor when the validation error stalls (section 5 of the "
         "paper)"},
        {"poly", "rate * (1 - progress)^power"}}};

const Enum kTensorRole = {
    .name = "TensorRole",
    .core = "TensorRole",
    .prefix = "TENSOR",
    .sentence = "What a tensor of a model file is",
    .choices = {{"parameter", "A weight or bias of the network"},
                {"momentum", "The momentum of the parameter of that name"},
                {"mean_image", "That of the preprocessing, (C, H, W)"}}};

const Enum kViewOrder = {
    .name = "ViewOrder",
    .core = "ViewOrder",
    .prefix = "VIEWS",
    .sentence =
        "Order of the five crops of ten-crop testing; their mirrors follow",
    .choices = {
        {"caffe", "Top left, top right, bottom left, bottom right, centre"},
        {"convnet", "Top left, top right, centre, bottom left, bottom right"}}};

const Enum kWeightType = {
    .name = "WeightType",
    .core = "WeightType",
    .prefix = "WEIGHTS",
    .sentence = "How the weights of fully connected layers are kept in memory",
    .choices = {{"f32", "IEEE 754 single"},
                {"f16", "IEEE 754 half"},
                {"bf16", "bfloat16", "", "BF16"},
                {"i8",
                 "Integers of 8 bits, each row of which has a factor in "
                 "float32: the row's largest magnitude over 127"}},
    .open = "float32"};

const Enum kWhenFull = {
    .name = "WhenFull",
    .core = "WhenFull",
    .prefix = "WHEN_FULL",
    .sentence = "What a call does that finds a batching queue full",
    .choices = {{"wait", "It waits for room, as long as its limits allow"},
                {"refuse", "It fails at once"}}};

const std::vector<const Enum*>& Enums() {
  static const std::vector<const Enum*> kEnums = {
      &kActivationKind, &kChannelOrder, &kClassBalance, &kCrop,
      &kDType,          &kInit,         &kLauncher,     &kLayerType,
      &kLrnRegion,      &kMeanKind,     &kParallel,     &kPoolKind,
      &kPrecision,      &kRateScaling,  &kResizeFilter, &kResizeRule,
      &kRounding,       &kSchedule,     &kTensorRole,   &kViewOrder,
      &kWeightType,     &kWhenFull};
  return kEnums;
}

}  // namespace alexnet::options
