import java.nio.file.Path;
import org.alexnet.AlexNetException;
import org.alexnet.Model;
import org.alexnet.Prediction;
import org.alexnet.Session;

/** Names what is in pictures: Predict MODEL PICTURE... */
public final class Predict {
  public static void main(String[] words) {
    if (words.length < 2) {
      System.err.println("usage: Predict MODEL PICTURE...");
      System.exit(2);
    }
    try (Model model = Model.load(Path.of(words[0]));
        Session session = new Session(model)) {
      for (int i = 1; i < words.length; ++i) {
        System.out.println(words[i]);
        for (Prediction top : session.predict(Path.of(words[i]), 5)) {
          System.out.printf("  %6.2f %%  %s%n", 100 * top.probability(), top.label());
        }
      }
    } catch (AlexNetException error) {
      System.err.println("Predict: " + error.getMessage());
      System.exit(1);
    }
  }
}
