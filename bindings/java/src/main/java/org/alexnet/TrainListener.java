package org.alexnet;

import java.nio.file.Path;
import java.util.List;

/**
 * What a run tells, from the thread that runs it. An exception stops the run, whose checkpoint is
 * written, and is then thrown by the call that trains.
 */
public interface TrainListener {
  /**
   * The run as it begins.
   *
   * @param network its name
   * @param device that computes
   * @param classes names, by index
   * @param trainSamples pictures
   * @param validationSamples pictures held out
   * @param parameters elements
   * @param frozenParameters of these, do not learn
   * @param macs multiply-accumulates per image
   * @param arenaBytes memory of the blobs
   * @param recipe all of it
   * @param stepsPerEpoch updates
   * @param seed of all chance
   * @param threads that compute
   * @param firstEpoch of a resumed run
   * @param firstBatch of a resumed run
   * @param deviceBytes all that the run keeps on its device
   */
  record Start(
      String network,
      String device,
      List<String> classes,
      long trainSamples,
      long validationSamples,
      long parameters,
      long frozenParameters,
      long macs,
      long arenaBytes,
      Recipe recipe,
      long stepsPerEpoch,
      long seed,
      int threads,
      long firstEpoch,
      long firstBatch,
      long deviceBytes) {
    Start(
        String network,
        String device,
        String[] classes,
        long trainSamples,
        long validationSamples,
        long parameters,
        long frozenParameters,
        long macs,
        long arenaBytes,
        Recipe recipe,
        long stepsPerEpoch,
        long seed,
        int threads,
        long firstEpoch,
        long firstBatch,
        long deviceBytes) {
      this(
          network,
          device,
          List.of(classes),
          trainSamples,
          validationSamples,
          parameters,
          frozenParameters,
          macs,
          arenaBytes,
          recipe,
          stepsPerEpoch,
          seed,
          threads,
          firstEpoch,
          firstBatch,
          deviceBytes);
    }
  }

  /**
   * One update.
   *
   * @param epoch from 0
   * @param epochs in all
   * @param batch of this epoch, from 0
   * @param batches of this epoch
   * @param step updates so far, this one included
   * @param rate learning rate
   * @param loss of this batch
   * @param meanLoss of this epoch so far
   * @param top1Accuracy percent, of this epoch so far
   * @param gradientNorm L2 norm of all gradients together, before clipping
   * @param imagesPerSecond speed
   * @param secondsLeft of the run; 0: not known yet
   */
  record Step(
      long epoch,
      long epochs,
      long batch,
      long batches,
      long step,
      float rate,
      double loss,
      double meanLoss,
      double top1Accuracy,
      double gradientNorm,
      double imagesPerSecond,
      double secondsLeft) {}

  /**
   * L2 norms of all parameters of a layer together.
   *
   * @param layer its name
   * @param weight after the epoch
   * @param gradient of the epoch's last update, before clipping and without weight decay; 0 of a
   *     layer that does not learn; NaN where the run was resumed after that update
   * @param update what that update added to the parameters
   */
  record Norms(String layer, double weight, double gradient, double update) {}

  /**
   * One epoch.
   *
   * @param epoch from 0
   * @param epochs in all
   * @param step updates so far
   * @param rate learning rate
   * @param trainLoss mean
   * @param trainTop1Error percent, on augmented pictures
   * @param validated whether pictures are held out
   * @param best whether it is the best so far
   * @param top1Error percent, held-out pictures, centre view
   * @param top5Error percent
   * @param loss of held-out pictures
   * @param imagesPerSecond speed
   * @param seconds it took
   * @param waitedSeconds of these, for pictures
   * @param norms of layers that have parameters, in order
   * @param worst of the held-out pictures that were taken for another class, those whose true
   *     class was least likely, the worst first, at most 24; samples count in the validation part,
   *     or in the training part where there is no other
   * @param confusion rows of true classes, columns of predicted ones; empty where nothing is held
   *     out, and beyond 5,000 classes
   */
  record Epoch(
      long epoch,
      long epochs,
      long step,
      float rate,
      double trainLoss,
      double trainTop1Error,
      boolean validated,
      boolean best,
      double top1Error,
      double top5Error,
      double loss,
      double imagesPerSecond,
      double seconds,
      double waitedSeconds,
      List<Norms> norms,
      List<Evaluation.Wrong> worst,
      long[][] confusion) {
    Epoch(
        long epoch,
        long epochs,
        long step,
        float rate,
        double trainLoss,
        double trainTop1Error,
        boolean validated,
        boolean best,
        double top1Error,
        double top5Error,
        double loss,
        double imagesPerSecond,
        double seconds,
        double waitedSeconds,
        Norms[] norms,
        Evaluation.Wrong[] worst,
        long[][] confusion) {
      this(
          epoch,
          epochs,
          step,
          rate,
          trainLoss,
          trainTop1Error,
          validated,
          best,
          top1Error,
          top5Error,
          loss,
          imagesPerSecond,
          seconds,
          waitedSeconds,
          List.of(norms),
          List.of(worst),
          confusion);
    }
  }

  /** The run begins. */
  default void onStart(Start start) {}

  /** Statistics and validation, while they are made. */
  default void onProgress(String doing, long done, long total) {}

  /** One update is done. */
  default void onStep(Step step) {}

  /** One epoch is done. */
  default void onEpoch(Epoch epoch) {}

  /** A checkpoint was written. */
  default void onCheckpoint(Path path, boolean best) {}
}
