package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
  @TempDir static Path shared;
  private static Path data;

  @TempDir Path folder;

  @BeforeAll
  static void draw() {
    data = Fixtures.pictures(shared);
  }

  private TrainOptions options() {
    return new TrainOptions(data, folder.resolve("run"))
        .preset("alexnet_small")
        .inputSize(32)
        .recipe(new Recipe().epochs(1).batch(20).rate(0.001f).warmupEpochs(0));
  }

  private static final class Heard implements TrainListener {
    final List<String> what = new ArrayList<>();
    Start start;
    Path checkpoint;
    Epoch epoch;

    @Override
    public void onStart(Start begun) {
      start = begun;
      what.add("start");
    }

    @Override
    public void onStep(Step step) {
      what.add("step " + step.step());
    }

    @Override
    public void onEpoch(Epoch done) {
      epoch = done;
      what.add("epoch " + done.epoch());
      assertTrue(done.validated());
    }

    @Override
    public void onCheckpoint(Path path, boolean best) {
      checkpoint = path;
    }
  }

  @Test
  void runsAreHeardAndEvaluated() {
    Heard heard = new Heard();
    Training.Report report = Training.run(options(), heard, Limits.NONE);
    assertEquals(List.of("start", "step 1", "step 2", "step 3", "step 4", "epoch 0"), heard.what);
    assertEquals(80, heard.start.trainSamples());
    assertEquals(20, heard.start.validationSamples());
    assertEquals(10, heard.start.classes().size());
    assertEquals(20, heard.start.recipe().batch());
    assertTrue(Files.exists(heard.checkpoint), heard.checkpoint.toString());
    assertEquals(1, report.epochs());
    assertEquals(4, report.steps());
    try (Model model = Model.load(folder.resolve("run/best.alexnet"));
        Dataset dataset = Dataset.open(data);
        Evaluation evaluation = Evaluation.of(model, dataset)) {
      assertEquals(dataset.classes(), model.labels());
      assertEquals(20, evaluation.info().count());
      assertEquals(report.top1Error(), evaluation.info().top1Error(), 1e-9);
      assertEquals(10, evaluation.classes().size());
      assertEquals(2, evaluation.classes().get(3).count());
      long seen = 0;
      for (long[] row : evaluation.confusion()) {
        for (long count : row) {
          seen += count;
        }
      }
      assertEquals(20, seen);
      assertEquals(heard.epoch.worst(), evaluation.worst());
      assertTrue(Arrays.deepEquals(heard.epoch.confusion(), evaluation.confusion()));
      Evaluation.Wrong wrong = evaluation.worst().get(0);
      assertTrue(wrong.labelProbability() < wrong.probability());
      assertTrue(wrong.name().startsWith(dataset.classes().get(wrong.label()) + "/"));
      TrainListener.Norms first = heard.epoch.norms().get(0);
      assertEquals("conv1", first.layer());
      double squares = 0;
      for (int part : new int[] {0, 1}) { // its weights and biases
        for (float value : model.readTensor(part)) {
          squares += (double) value * value;
        }
      }
      assertEquals(Math.sqrt(squares), first.weight(), 1e-6 * first.weight());
      assertTrue(first.gradient() > 0 && first.update() > 0);
      assertEquals(List.of(), evaluation.broken());
      assertFalse(evaluation.confusionText(0).isEmpty());

      // What it learned, to a new task; what to freeze is chosen, and told.
      List<String> log = Collections.synchronizedList(new ArrayList<>());
      TrainOptions again =
          new TrainOptions(data, folder.resolve("tuned"))
              .recipe(new Recipe().epochs(1).batch(40));
      try (Context context = new Context((level, message) -> log.add(message), LogLevel.DEBUG)) {
        Training.Report tuned =
            Training.finetune(
                model,
                new FinetuneOptions().headRate(5),
                again.context(context),
                null,
                Limits.NONE);
        assertEquals(2, tuned.steps());
      }
      assertTrue(log.toString().contains("conv"), log.toString());
      Heard frozen = new Heard();
      Training.finetune(
          model,
          new FinetuneOptions().freeze("..conv1"),
          new TrainOptions(data, folder.resolve("frozen"))
              .recipe(new Recipe().epochs(1).batch(40)),
          frozen,
          Limits.NONE);
      assertTrue(frozen.start.frozenParameters() > 0);
    }
  }

  @Test
  void severalDevicesTrainTogether() {
    Training.run(options(), null, Limits.NONE);
    float[] one;
    try (Model model = Model.load(folder.resolve("run/last.alexnet"))) {
      one = model.readTensor(0);
    }
    for (Parallel parallel : Parallel.values()) {
      TrainOptions options =
          options()
              .out(folder.resolve("run-" + parallel))
              .threads(2)
              .devices("cpu,cpu")
              .parallel(parallel);
      Training.Report report = Training.run(options, null, Limits.NONE);
      assertEquals(4, report.steps());
      try (Model model = Model.load(folder.resolve("run-" + parallel + "/last.alexnet"))) {
        if (parallel != Parallel.HYBRID_SUB_BATCHES) {
          assertArrayEquals(one, model.readTensor(0), 1e-4F);
        }
      }
    }
    AlexNetException.InvalidArgument alone =
        assertThrows(
            AlexNetException.InvalidArgument.class,
            () ->
                Training.run(
                    options().out(folder.resolve("none")).parallel(Parallel.TOWERS),
                    null,
                    Limits.NONE));
    assertTrue(alone.getMessage().contains("`devices`"), alone.getMessage());
  }

  @Test
  void classesCountByTheirWeights() {
    AlexNetException unknown =
        assertThrows(
            AlexNetException.class,
            () -> Training.run(options().classWeights("sqare=2"), null, Limits.NONE));
    assertTrue(unknown.getMessage().contains("\"sqare\""), unknown.getMessage());
    Training.run(options().classWeights("square=2"), null, Limits.NONE);
    try (Model weighed = Model.load(folder.resolve("run/last.alexnet"))) {
      Training.run(options().out(folder.resolve("plain")), null, Limits.NONE);
      try (Model plain = Model.load(folder.resolve("plain/last.alexnet"))) {
        assertFalse(Arrays.equals(weighed.readTensor(0), plain.readTensor(0)));
      }
    }
  }

  @Test
  void anExceptionOfACallbackStopsTheRunAndComesBack() {
    IllegalStateException own = new IllegalStateException("enough");
    TrainListener stops =
        new TrainListener() {
          @Override
          public void onStep(Step step) {
            if (step.step() == 2) {
              throw own;
            }
          }
        };
    assertSame(
        own,
        assertThrows(
            IllegalStateException.class, () -> Training.run(options(), stops, Limits.NONE)));
    assertTrue(Files.exists(folder.resolve("run/last.alexnet")));
    // And it goes on from there.
    Heard heard = new Heard();
    Training.run(
        new TrainOptions(data, folder.resolve("run")).resume(true), heard, Limits.NONE);
    assertEquals(List.of("start", "step 3", "step 4", "epoch 0"), heard.what);
  }

  @Test
  void tokensAndDeadlinesStopRuns() {
    TrainOptions endless = options().recipe(new Recipe().epochs(1000).batch(20));
    try (CancelToken token = new CancelToken()) {
      TrainListener cancelled =
          new TrainListener() {
            @Override
            public void onStep(Step step) {
              if (step.step() == 1) {
                new Thread(token::cancel).start();
              }
            }
          };
      assertThrows(
          AlexNetException.Cancelled.class,
          () -> Training.run(endless, cancelled, Limits.of(token)));
      assertTrue(token.isCancelled());
    }
    assertThrows(
        AlexNetException.DeadlineExceeded.class,
        () ->
            Training.run(
                endless.resume(true).recipe(null), null, Limits.of(Duration.ofMillis(200))));
  }

  @Test
  void dataSetsAreReadLookedOverAndPacked() {
    try (Dataset dataset = Dataset.open(data)) {
      assertEquals(80, dataset.size(Part.TRAIN));
      Dataset.Sample sample = dataset.read(Part.VALIDATION, 0);
      assertEquals(64, Image.decode(sample.bytes(), sample.name()).width());
      assertTrue(
          sample.name().startsWith(dataset.classes().get(sample.label())), sample.name());
      List<Long> done = new ArrayList<>();
      Dataset.LintReport lint =
          dataset.lint(
              new LintOptions().threads(1), Limits.NONE, (now, total) -> done.add(total));
      assertTrue(lint.json().contains("\"pictures\""));
      assertFalse(done.isEmpty());
      Dataset.PackReport packed =
          dataset.pack(
              folder.resolve("packed"), new PackOptions().resize(32), Limits.NONE, null);
      assertEquals(100, packed.pictures());
      RuntimeException own = new RuntimeException("stop");
      assertSame(
          own,
          assertThrows(
              RuntimeException.class,
              () ->
                  dataset.lint(
                      new LintOptions(),
                      Limits.NONE,
                      (now, total) -> {
                        throw own;
                      })));
    }
    assertThrows(
        AlexNetException.NotFound.class, () -> Dataset.open(folder.resolve("not there")));
  }

  @Test
  void stepsOnOwnBatches() {
    try (Model model = Fixtures.model();
        Trainer trainer = new Trainer(model, new TrainerOptions().batch(4).threads(1))) {
      float[] images = Fixtures.views(4);
      int[] labels = {0, 1, 2, 3};
      FloatBuffer direct =
          ByteBuffer.allocateDirect(images.length * 4)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer()
              .put(images)
              .flip();
      Trainer.StepResult gradients = trainer.gradients(images, labels);
      assertEquals(0, gradients.step());
      float[] gradient = new float[4];
      trainer.readGradient("fc2.bias", gradient);
      float[] before = new float[4];
      trainer.readParameter("fc2.bias", before);
      Trainer.StepResult first = trainer.step(direct, labels, new UpdateRule().rate(0.1f).momentum(0).weightDecay(0));
      assertEquals(gradients.loss(), first.loss());
      assertEquals(1, first.threads());
      float[] after = new float[4];
      trainer.readParameter("fc2.bias", after);
      for (int i = 0; i < 4; ++i) {
        assertEquals(before[i] - 0.1f * gradient[i], after[i], 1e-6);
      }
      double last = first.loss();
      for (int i = 0; i < 50; ++i) {
        last = trainer.step(images, labels, new UpdateRule().rate(0.05f)).loss();
      }
      assertTrue(last < first.loss(), last + " of " + first.loss());
      float[] momentum = new float[4];
      trainer.readMomentum("fc2.bias", momentum);
      trainer.writeMomentum("fc2.bias", new float[4]);
      trainer.writeParameter("fc2.bias", new float[] {1, 2, 3, 4});
      try (Model learned = trainer.model()) {
        assertEquals(2, learned.readTensor(learned.findTensor("fc2.bias"))[1]);
      }
      assertThrows(
          AlexNetException.InvalidArgument.class,
          () -> trainer.step(new float[7], labels, new UpdateRule().rate(0.1f)));
      assertThrows(
          AlexNetException.InvalidArgument.class,
          () -> trainer.step(images, new int[] {0, 1, 2, 4}, new UpdateRule().rate(0.1f)));
      assertThrows(
          AlexNetException.class, () -> trainer.readParameter("fc2.bias", new float[3]));
    }
  }

  @Test
  void benchmarksAndDevices() {
    AlexNet.BenchmarkReport report =
        AlexNet.benchmark(
            new BenchmarkOptions().preset("lenet5").seconds(0.01).threads(1), Limits.NONE);
    assertEquals("lenet5", report.network());
    assertTrue(report.runs() > 0);
    assertEquals(0, report.exchangedBytes());
    assertFalse(report.captured());
    AlexNet.BenchmarkReport towers =
        AlexNet.benchmark(
            new BenchmarkOptions()
                .preset("lenet5")
                .seconds(0.01)
                .threads(2)
                .devices("cpu,cpu")
                .parallel(Parallel.TOWERS),
            Limits.NONE);
    assertEquals("cpu,cpu", towers.device());
    assertTrue(towers.exchangedBytes() > 0);
    assertEquals("cpu", AlexNet.devices().get(0).name());
    assertTrue(AlexNet.systemJson().contains("\"devices\""));
    assertEquals(0, AlexNet.launcherRank());
    assertEquals(1, AlexNet.launcherSize());
    // A GPU's precision, asked of the processor.
    assertThrows(
        AlexNetException.Unsupported.class,
        () ->
            AlexNet.benchmark(
                new BenchmarkOptions().preset("lenet5").precision(Precision.BF16).tune(true),
                Limits.NONE));
  }

  @Test
  void nothingIsLearntFromNan() {
    try (Model model = Fixtures.model();
        Trainer trainer = new Trainer(model, new TrainerOptions().batch(1).threads(1))) {
      float[] images = Fixtures.views(1);
      float[] before = new float[4 * 3 * 3 * 3];
      trainer.readParameter("conv1.weight", before);
      float good = images[17];
      images[17] = Float.NaN;
      UpdateRule rule = new UpdateRule().rate(0.01f);
      assertThrows(
          AlexNetException.Diverged.class, () -> trainer.step(images, new int[] {1}, rule));
      float[] after = new float[before.length];
      trainer.readParameter("conv1.weight", after);
      assertArrayEquals(before, after);
      images[17] = good;
      assertTrue(trainer.step(images, new int[] {1}, rule).loss() > 0);
    }
  }
}
