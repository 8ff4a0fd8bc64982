"""How tiny-clip and its Combiner are trained: wordings, pictures, augmentation, losses, one idea per file."""
