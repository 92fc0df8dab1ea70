// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/exporters/udmabuf.hpp"

#include "parallax/dmabuf/exporters/node.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <linux/memfd.h>
#include <linux/udmabuf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace parallax {
namespace {

struct PageKind {
    std::uint64_t size;      // bytes
    unsigned int memfd_flag; // for memfd_create
};

constexpr PageKind huge_pages{.size = 2u << 20, .memfd_flag = MFD_HUGETLB | MFD_HUGE_2MB};

PageKind base_pages() {
    return {.size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), .memfd_flag = 0};
}

class Udmabuf final : public Exporter {
public:
    Udmabuf(UniqueFd&& node, PageKind pages, const ExporterKind& kind)
        : node_(std::move(node)),
          pages_(pages),
          name_(kind.node),
          limits_(kind.limits) {}

    [[nodiscard]] bool exports_read_only() const noexcept override { return false; }

private:
    DmaBuf do_allocate(std::uint64_t size, Protection /*access*/) override {
        const std::uint64_t whole = (size + pages_.size - 1) / pages_.size * pages_.size;
        const UniqueFd memory(
            ::memfd_create("parallax", MFD_ALLOW_SEALING | MFD_CLOEXEC | pages_.memfd_flag));
        if (!memory) {
            throw_errno("cannot create a memfd for udmabuf");
        }
        if (::ftruncate(memory.get(), static_cast<off_t>(whole)) != 0) {
            throw_errno(text::format("cannot give a memfd {} bytes", whole));
        }
        // udmabuf insists that the file cannot shrink under the devices that use it.
        if (::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK) != 0) {
            throw_errno("cannot seal a memfd for udmabuf");
        }
        udmabuf_create request{.memfd = static_cast<std::uint32_t>(memory.get()),
                               .flags = UDMABUF_FLAGS_CLOEXEC,
                               .offset = 0,
                               .size = whole};
        const int fd = retry_ioctl(node_.get(), UDMABUF_CREATE, &request);
        if (fd < 0) {
            throw_refusal(name_, whole, limits_);
        }
        return DmaBuf(UniqueFd(fd));
    }

    UniqueFd node_;
    PageKind pages_;
    std::string name_;
    std::string limits_;
};

OpenedExporter open_with(const ExporterKind& kind, PageKind pages) {
    auto node = open_node(kind);
    if (!node) {
        return std::unexpected(node.error());
    }
    return std::make_unique<Udmabuf>(*std::move(node), pages, kind);
}

/// True if the machine has a free 2 MiB page: maps one and unmaps it.
bool has_huge_page() {
    void* const page = ::mmap(nullptr, huge_pages.size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB, -1, 0);
    if (page == MAP_FAILED) {
        return false;
    }
    ::munmap(page, huge_pages.size);
    return true;
}

} // namespace

OpenedExporter open_udmabuf(const ExporterKind& kind) {
    return open_with(kind, base_pages());
}

OpenedExporter open_udmabuf_huge(const ExporterKind& kind) {
    if (!has_huge_page()) {
        return std::unexpected(no_huge_page());
    }
    return open_with(kind, huge_pages);
}

std::string no_huge_page(const std::filesystem::path& sizes) {
    const std::filesystem::path count = sizes / "hugepages-2048kB" / "nr_hugepages";
    std::error_code none; // a folder that is not there is an answer
    if (std::filesystem::exists(count, none)) {
        return text::format("no free 2 MiB pages; reserve some: echo 64 | sudo tee {}",
                            count.string());
    }
    std::string others;
    for (const auto& entry : std::filesystem::directory_iterator(sizes, none)) {
        const std::string size = entry.path().filename().string();
        append(others, size.substr(std::min(size.find('-') + 1, size.size()))); // "hugepages-"
    }
    return "this kernel has no pages of 2 MiB" +
           (others.empty() ? ", nor large ones of another size" : ", only of " + others);
}

} // namespace parallax
