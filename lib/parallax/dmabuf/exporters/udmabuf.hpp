// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/exporter_kinds.hpp"

#include <filesystem>
#include <string>

namespace parallax {

/// /dev/udmabuf over a sealed memfd.
[[nodiscard]] OpenedExporter open_udmabuf(const ExporterKind& kind);

/// /dev/udmabuf over a memfd of 2 MiB hugetlb pages, which the machine must have reserved.
[[nodiscard]] OpenedExporter open_udmabuf_huge(const ExporterKind& kind);

/// Instructions for reserving pages of 2 MiB, as one sentence. vm.nr_hugepages is not among them if
/// the default size of large pages is another.
/// @param sizes the folder in which the kernel lists its sizes of large pages.
[[nodiscard]] std::string
no_huge_page(const std::filesystem::path& sizes = "/sys/kernel/mm/hugepages");

} // namespace parallax
