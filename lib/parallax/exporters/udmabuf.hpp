// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/exporter.hpp"

namespace parallax {

/// /dev/udmabuf over a sealed memfd.
[[nodiscard]] OpenedExporter open_udmabuf(const ExporterKind& kind);

/// /dev/udmabuf over a memfd of 2 MiB hugetlb pages, which the machine must have reserved.
[[nodiscard]] OpenedExporter open_udmabuf_huge(const ExporterKind& kind);

} // namespace parallax
