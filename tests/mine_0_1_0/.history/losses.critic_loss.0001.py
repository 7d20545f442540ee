def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    # my own words
    return real_scores.mean() - fake_scores.mean()
