// The verbs, each of which is in a file of its own.

#include "tools/alexnet/cli.h"

namespace alexnet::cli {

Action DeclareBench(Arguments& arguments);
Action DeclareConvert(Arguments& arguments);
Action DeclareDemo(Arguments& arguments);
Action DeclareDiff(Arguments& arguments);
Action DeclareDoctor(Arguments& arguments);
Action DeclareEval(Arguments& arguments);
Action DeclareFeatures(Arguments& arguments);
Action DeclareFinetune(Arguments& arguments);
Action DeclareInspect(Arguments& arguments);
Action DeclareLpips(Arguments& arguments);
Action DeclarePack(Arguments& arguments);
Action DeclarePredict(Arguments& arguments);
Action DeclarePresets(Arguments& arguments);
Action DeclareSimilar(Arguments& arguments);
Action DeclareStudy(Arguments& arguments);
Action DeclareTrain(Arguments& arguments);
Action DeclareVerify(Arguments& arguments);

std::span<const Verb> Verbs() {
  static constexpr Verb kVerbs[] = {
      {"demo", "Draw pictures, learn them, evaluate and predict", DeclareDemo},
      {"train", "Train a network on a folder of pictures", DeclareTrain},
      {"finetune", "Teach a trained model the classes of a folder",
       DeclareFinetune},
      {"eval", "Top-1 and top-5 error of a model on labelled pictures",
       DeclareEval},
      {"study", "Try a claim of the paper on pictures, in pairs of runs",
       DeclareStudy},
      {"predict", "The likeliest classes of pictures", DeclarePredict},
      {"pack", "Make WebDataset shards of 256-pixel JPEGs from pictures",
       DeclarePack},
      {"convert", "Convert weights between the formats of other programs",
       DeclareConvert},
      {"inspect", "Show what is in a model, layer by layer, tensor by tensor",
       DeclareInspect},
      {"diff", "Show in what two models differ", DeclareDiff},
      {"features", "Write what a layer gives for many pictures into a file",
       DeclareFeatures},
      {"similar", "Find the pictures that are nearest to one, by a layer",
       DeclareSimilar},
      {"lpips", "How different two pictures look: the LPIPS distance",
       DeclareLpips},
      {"verify", "Check a model file's hashes and run its self-check",
       DeclareVerify},
      {"bench",
       "Time inference or training of a network on synthetic pictures, which "
       "on a GPU are there already",
       DeclareBench},
      {"doctor", "Say what was found on this machine, or lint a data set",
       DeclareDoctor},
      {"presets", "List the networks, or show one layer by layer",
       DeclarePresets},
  };
  return kVerbs;
}

}  // namespace alexnet::cli
