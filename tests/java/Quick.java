import org.alexnet.Model;
import org.alexnet.Network;
import org.alexnet.Session;

/** As someone would begin who has only the jar. */
class Quick {
  public static void main(String[] arguments) {
    try (Network network = Network.preset("cifar10", 4, 32);
        Model model = Model.initial(network, 1);
        Session session = new Session(model)) {
      float[] row = session.run(new float[3 * 32 * 32]);
      System.out.println("classes: " + row.length + ", top: " + session.top(row, 1).size());
    }
  }
}
