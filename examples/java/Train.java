import java.nio.file.Path;
import org.alexnet.AlexNetException;
import org.alexnet.CancelToken;
import org.alexnet.Dataset;
import org.alexnet.Evaluation;
import org.alexnet.FinetuneOptions;
import org.alexnet.Limits;
import org.alexnet.Model;
import org.alexnet.Recipe;
import org.alexnet.TrainListener;
import org.alexnet.TrainOptions;
import org.alexnet.Training;

/**
 * Trains on a folder of pictures: Train DATA OUT PRESET|MODEL EPOCHS. A model file (*.alexnet) is
 * fine-tuned, a preset starts from nothing.
 */
public final class Train implements TrainListener {
  @Override
  public void onEpoch(Epoch epoch) {
    System.out.printf(
        "epoch %d of %d: loss %.3f, top-1 error %.2f %%%n",
        epoch.epoch() + 1, epoch.epochs(), epoch.trainLoss(), epoch.top1Error());
  }

  private static void train(String[] words, Limits limits) {
    Path data = Path.of(words[0]);
    Path out = Path.of(words[1]);
    TrainOptions options =
        new TrainOptions(data, out).recipe(new Recipe().epochs(Integer.parseInt(words[3])));
    if (words[2].endsWith(".alexnet")) {
      try (Model model = Model.load(Path.of(words[2]))) {
        Training.finetune(model, new FinetuneOptions(), options, new Train(), limits);
      }
    } else {
      Training.run(options.preset(words[2]), new Train(), limits);
    }
    try (Model model = Model.load(out.resolve("best.alexnet"));
        Dataset dataset = Dataset.open(data);
        Evaluation evaluation = Evaluation.of(model, dataset)) {
      System.out.printf("top-1: %.2f %% are right%n", 100 - evaluation.info().top1Error());
    }
  }

  public static void main(String[] words) {
    if (words.length != 4) {
      System.err.println("usage: Train DATA OUT PRESET|MODEL EPOCHS");
      System.exit(2);
    }
    // Ctrl-C: the run stops with a checkpoint before the program ends.
    CancelToken token = new CancelToken();
    Thread main = Thread.currentThread();
    Thread onExit =
        new Thread(
            () -> {
              token.cancel();
              try {
                main.join();
              } catch (InterruptedException now) {
                Thread.currentThread().interrupt();
              }
            });
    Runtime.getRuntime().addShutdownHook(onExit);
    int status = 0;
    try {
      train(words, Limits.of(token));
    } catch (AlexNetException error) {
      System.err.println("Train: " + error.getMessage());
      status = 1;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException interrupted) {
      return; // the hook waits for this thread, and the program ends by itself
    }
    System.exit(status);
  }
}
