"""Muon (Keller Jordan, 2024): momentum whose matrices are made orthogonal by a Newton-Schulz iteration."""

import torch

# Whether the processor computes with bfloat16 itself.
HALF = torch.cpu._is_avx512_bf16_supported()


def orthogonalise(matrix: torch.Tensor, steps: int = 5) -> torch.Tensor:
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    if HALF:
        x = x.bfloat16()
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if tall else x).float()


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, lr: float, momentum: float = 0.95, weight_decay: float = 0.1):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                gradient = weight.grad.reshape(len(weight), -1)
                velocity = state.setdefault("velocity", torch.zeros_like(gradient))
                velocity.mul_(group["momentum"]).add_(gradient)
                update = orthogonalise(gradient + group["momentum"] * velocity)
                scale = max(1.0, update.shape[0] / update.shape[1]) ** 0.5
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.add_(update.reshape(weight.shape), alpha=-group["lr"] * scale)
