/**
 * Trains and runs AlexNet.
 *
 * <pre>{@code
 * try (Model model = Model.load(Path.of("net.alexnet"));
 *     Session session = new Session(model)) {
 *   for (Prediction top : session.predict(Path.of("cat.jpg"), 5)) {
 *     System.out.printf("%s %.2f%n", top.label(), top.probability());
 *   }
 * }
 * }</pre>
 *
 * <p>Blobs are dense 32-bit floats in C order: images (N, C, H, W), vectors (N, F). Objects that
 * hold native memory are closed by their users, or by the garbage collector in the end; what is
 * closed throws {@link IllegalStateException}, what fails {@link org.alexnet.AlexNetException}.
 */
package org.alexnet;
