//! How several devices work together.

use crate::ffi::constants;

constants! {
    // BEGIN options: rust.enum Parallel
    /// How a network is divided among devices.
    pub enum Parallel {
        /// By samples: a whole network on each device.
        Data = ALEXNET_PARALLEL_DATA,
        /// By channels and units, as the paper's figure 2 has it: devices meet
        /// where a layer sees the channels of others.
        Towers = ALEXNET_PARALLEL_TOWERS,
        /// "One weird trick" (arXiv:1404.5997): up to the first layer that
        /// gives one position by samples, from there on by units.
        Hybrid = ALEXNET_PARALLEL_HYBRID,
        /// Likewise, but the layers that are divided by units see the samples
        /// of one device after another's, while the next are on their way; for
        /// training.
        HybridInTurn = ALEXNET_PARALLEL_HYBRID_IN_TURN,
        /// Likewise, and those layers are updated after each of these
        /// sub-batches, in place of once; for training.
        HybridSubBatches = ALEXNET_PARALLEL_HYBRID_SUB_BATCHES,
    }
    // END options
}

/// Any network can be divided so, among any number of devices.
impl Default for Parallel {
    fn default() -> Self {
        Parallel::Data
    }
}
