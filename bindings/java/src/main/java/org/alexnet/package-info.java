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
 * closed throws {@link IllegalStateException}, what fails {@link org.alexnet.AlexNetException}. A
 * {@code Path} is one of the default file system, since native code opens it.
 *
 * <p>The native library is unpacked from the jar when it is first used. System properties say
 * otherwise: {@code org.alexnet.library} is a {@code libalexnet_jni.so}, or the folder of one, in
 * place of the jar's; {@code org.alexnet.tmpdir} is the folder to unpack into, by default {@code
 * java.io.tmpdir}, which must allow execution. Where several class loaders have these classes, all
 * share the engine of the first. Java 24 and newer want {@code --enable-native-access=ALL-UNNAMED},
 * or {@code =org.alexnet} of the module, and warn without it.
 */
package org.alexnet;
