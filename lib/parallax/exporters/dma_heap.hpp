// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/exporter.hpp"

namespace parallax {

/// Any node that speaks the dma-heap ABI (linux/dma-heap.h): the kernel's heaps and this
/// project's module.
[[nodiscard]] OpenedExporter open_dma_heap(const ExporterKind& kind);

} // namespace parallax
