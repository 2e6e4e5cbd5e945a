import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.alexnet.Limits;
import org.alexnet.Model;
import org.alexnet.Session;
import org.alexnet.SessionOptions;

/** Probabilities MODEL PICTURE: as probabilities.c. */
public final class Probabilities {
  public static void main(String[] words) throws IOException {
    byte[] picture = Files.readAllBytes(Path.of(words[1]));
    try (Model model = Model.load(Path.of(words[0]));
        Session session = new Session(model, new SessionOptions().threads(1))) {
      for (float probability : session.runEncoded(List.of(picture), Limits.NONE)) {
        System.out.printf("%08x%n", Float.floatToRawIntBits(probability));
      }
    }
  }
}
