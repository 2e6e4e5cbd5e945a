/** AlexNet: training and running the networks of the AlexNet family. */
module org.alexnet {
  requires transitive java.desktop;

  exports org.alexnet;
}
