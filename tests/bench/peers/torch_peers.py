"""PyTorch: as it is, in channels-last order, and compiled."""


def bvlc_alexnet():
    """The Caffe model zoo's network, grouped and with LRN, without softmax."""
    from torch import nn

    def lrn():
        return nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)

    def relu():
        return nn.ReLU(inplace=True)

    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4), relu(), lrn(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), relu(), lrn(),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), relu(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), relu(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), relu(),
        nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(9216, 4096), relu(), nn.Dropout(0.5),
        nn.Linear(4096, 4096), relu(), nn.Dropout(0.5),
        nn.Linear(4096, 1000))


def network_called(name):
    if name == "bvlc_alexnet":
        return bvlc_alexnet()
    import torchvision

    return torchvision.models.alexnet()


class TorchPeer:
    modes = ["infer", "train"]

    def __init__(self, channels_last=False, compiled=False):
        self._channels_last = channels_last
        self._compiled = compiled

    def version(self):
        import torch
        import torchvision  # noqa: F401, of which one network is

        if self._compiled and not hasattr(torch, "compile"):
            raise ImportError("torch.compile")
        return torch.__version__

    def prepare(self, options, shape):
        import torch
        from torch import nn

        torch.set_num_threads(options.threads)
        torch.manual_seed(0)
        network = network_called(options.network)
        images = torch.rand(shape)
        if self._channels_last:
            network = network.to(memory_format=torch.channels_last)
            images = images.to(memory_format=torch.channels_last)
        run = torch.compile(network) if self._compiled else network
        if options.mode == "infer":
            network.eval()

            def infer():
                with torch.inference_mode():
                    run(images)

            return infer
        network.train()
        labels = torch.randint(0, 1000, shape[:1])
        optimizer = torch.optim.SGD(network.parameters(), lr=0.01,
                                    momentum=0.9, weight_decay=5e-4)
        loss = nn.CrossEntropyLoss()

        def step():
            optimizer.zero_grad()
            loss(run(images), labels).backward()
            optimizer.step()

        return step


PEERS = {
    "torch": TorchPeer(),
    "torch channels last": TorchPeer(channels_last=True),
    "torch.compile": TorchPeer(compiled=True),
}
