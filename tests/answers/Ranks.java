import java.nio.file.Path;
import org.alexnet.AlexNet;
import org.alexnet.Launcher;
import org.alexnet.Limits;
import org.alexnet.Parallel;
import org.alexnet.Recipe;
import org.alexnet.TrainListener;
import org.alexnet.TrainOptions;
import org.alexnet.Training;

/** Ranks DATA OUT: as ranks.c. */
public final class Ranks {
  public static void main(String[] words) {
    System.out.printf("rank %d of %d%n", AlexNet.launcherRank(), AlexNet.launcherSize());
    Training.run(
        new TrainOptions(Path.of(words[0]), Path.of(words[1]))
            .preset("alexnet_small")
            .recipe(new Recipe().epochs(2).batch(4))
            .threads(1)
            .parallel(Parallel.HYBRID)
            .launcher(Launcher.MPI),
        new TrainListener() {},
        Limits.NONE);
  }
}
