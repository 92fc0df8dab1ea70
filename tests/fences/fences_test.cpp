// SPDX-License-Identifier: MIT
// The order that fences in a dma-buf enforce. A device (vgem) is late: its fence is in the dma-buf,
// and it has not written yet. A reader, on the CPU or the GPU, must wait for it and then see the
// new picture, never the old one.
#include "support/validated_device.hpp"
#include "support/vgem.hpp"

#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace parallax {
namespace {

using test::LateFence;
using test::Vgem;

constexpr Extent extent{.width = 61, .height = 33};

/// A format in which all of a test pattern survives, its alpha too.
constexpr std::uint32_t with_alpha = DRM_FORMAT_ARGB8888;

/// Long enough to detect a reader that does not wait. Correct code passes with any value.
void give_it_time_to_go_wrong() {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

/// The bytes as a device accesses them, without SYNC.
class UnsyncedBytes {
public:
    explicit UnsyncedBytes(const DmaBuf& buffer)
        : bytes_(static_cast<std::byte*>(::mmap(nullptr, buffer.size(), PROT_READ | PROT_WRITE,
                                                MAP_SHARED, buffer.fd(), 0)),
                 buffer.size()) {
        EXPECT_NE(bytes_.data(), MAP_FAILED);
    }
    UnsyncedBytes(const UnsyncedBytes&) = delete;
    UnsyncedBytes& operator=(const UnsyncedBytes&) = delete;
    ~UnsyncedBytes() { ::munmap(bytes_.data(), bytes_.size()); }

    [[nodiscard]] std::span<std::byte> get() const { return bytes_; }

private:
    std::span<std::byte> bytes_;
};

class Fences : public testing::Test {
protected:
    std::unique_ptr<Exporter> exporter_ = *open_exporter("exporter");
    Vgem device_;
    DrawnBuffer drawn_{*exporter_, extent, with_alpha};

    /// The late write of the device, without SYNC.
    static void write_as_a_device(const DmaBuf& buffer, const ImageLayout& layout,
                                  const Picture& picture) {
        const UnsyncedBytes bytes(buffer);
        write_pixels(picture, layout, bytes.get());
    }
};

TEST_F(Fences, IdleBufferLetsEverybodyIn) {
    EXPECT_TRUE(is_idle(drawn_.buffer(), Access::read));
    EXPECT_TRUE(is_idle(drawn_.buffer(), Access::write));
    EXPECT_TRUE(SyncFile::export_from(drawn_.buffer(), Access::write)->signaled());
}

TEST_F(Fences, PollTellsReadersWhenTheWriterIsDone) {
    LateFence writer(device_, drawn_.buffer().fd(), LateFence::writes);
    EXPECT_FALSE(is_idle(drawn_.buffer(), Access::read));
    EXPECT_FALSE(is_idle(drawn_.buffer(), Access::write));
    writer.signal();
    EXPECT_TRUE(is_idle(drawn_.buffer(), Access::read));
    EXPECT_TRUE(is_idle(drawn_.buffer(), Access::write));
}

TEST_F(Fences, ReadersDoNotWaitForReaders) {
    LateFence reader(device_, drawn_.buffer().fd(), LateFence::reads);
    EXPECT_TRUE(is_idle(drawn_.buffer(), Access::read));
    EXPECT_FALSE(is_idle(drawn_.buffer(), Access::write));
    static_cast<void>(drawn_.cpu_view());
    EXPECT_FALSE(is_idle(drawn_.buffer(), Access::write)) << "it waited until the fence expired";
    reader.signal();
    EXPECT_TRUE(is_idle(drawn_.buffer(), Access::write));
}

TEST_F(Fences, SyncFileStandsForTheFencesOfItsTime) {
    LateFence writer(device_, drawn_.buffer().fd(), LateFence::writes);
    const auto fences = SyncFile::export_from(drawn_.buffer(), Access::read);
    ASSERT_TRUE(fences);
    EXPECT_FALSE(fences->signaled());
    writer.signal();
    EXPECT_TRUE(fences->signaled());
}

TEST_F(Fences, ImportedFenceMakesAnotherBufferWait) {
    const DrawnBuffer other(*exporter_, extent, with_alpha);
    LateFence writer(device_, drawn_.buffer().fd(), LateFence::writes);
    SyncFile::export_from(drawn_.buffer(), Access::read)
        ->import_into(other.buffer(), Access::write);
    EXPECT_FALSE(is_idle(other.buffer(), Access::read));
    writer.signal();
    EXPECT_TRUE(is_idle(other.buffer(), Access::read));
}

TEST_F(Fences, CpuWaitsForALateWriterAndSeesTheNewPicture) {
    const Picture before = test_pattern(extent, 1);
    const Picture after = test_pattern(extent, 2);
    drawn_.paint(before);
    LateFence writer(device_, drawn_.buffer().fd(), LateFence::writes);

    std::atomic<bool> has_read = false;
    Picture seen;
    std::thread reader([&] {
        seen = drawn_.cpu_view(); // SYNC start waits
        has_read = true;
    });
    give_it_time_to_go_wrong();
    EXPECT_FALSE(has_read) << "the CPU read while a device was still writing";
    write_as_a_device(drawn_.buffer(), drawn_.layout(), after);
    writer.signal();
    reader.join();
    EXPECT_EQ(seen, after);
}

TEST_F(Fences, CpuWaitsForALateReaderBeforeItWrites) {
    drawn_.paint(test_pattern(extent, 1));
    LateFence reader(device_, drawn_.buffer().fd(), LateFence::reads);
    std::atomic<bool> has_written = false;
    std::thread writer([&] {
        drawn_.paint(test_pattern(extent, 2));
        has_written = true;
    });
    give_it_time_to_go_wrong();
    EXPECT_FALSE(has_written) << "the CPU wrote while a device was still reading";
    EXPECT_EQ(drawn_.cpu_view(), test_pattern(extent, 1));
    reader.signal();
    writer.join();
    EXPECT_EQ(drawn_.cpu_view(), test_pattern(extent, 2));
}

TEST_F(Fences, WithoutSyncTheOldPictureIsSeen) { // control: without SYNC nothing waits
    drawn_.paint(test_pattern(extent, 1));
    LateFence writer(device_, drawn_.buffer().fd(), LateFence::writes);
    const UnsyncedBytes bytes(drawn_.buffer());
    EXPECT_EQ(read_pixels(drawn_.layout(), bytes.get()), test_pattern(extent, 1));
}

TEST(SyncFile, IsNotToBeHadFromAFileThatIsNoDmaBuf) {
    UniqueFd file(::memfd_create("no dma-buf", MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(file.get(), 4096), 0);
    EXPECT_FALSE(SyncFile::export_from(DmaBuf(std::move(file)), Access::read));
}

TEST_F(Fences, FileThatIsNoFenceIsNotImported) {
    const SyncFile none(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    EXPECT_THROW(none.import_into(drawn_.buffer(), Access::write), std::system_error);
}

// Accesses by the GPU

class GpuFences : public test::ValidatedDevice {
protected:
    void SetUp() override {
        ValidatedDevice::SetUp();
        exporter_ = open("exporter");
        image_.emplace(
            *SharedImage::create(context(), *exporter_, {.extent = extent, .fourcc = with_alpha}));
        gpu_.emplace(context(), image_->layout());
    }
    void TearDown() override {
        gpu_.reset();
        image_.reset();
        ValidatedDevice::TearDown();
    }

    [[nodiscard]] SharedImage& image() { return *image_; }
    [[nodiscard]] const OffscreenRenderer& gpu() const { return *gpu_; }

private:
    std::unique_ptr<Exporter> exporter_;
    std::optional<SharedImage> image_;
    std::optional<OffscreenRenderer> gpu_;
};

TEST_F(GpuFences, ThisDeviceSynchronisesByFences) {
    const Synchronisation synchronisation = choose_synchronisation(context(), image().buffer());
    EXPECT_TRUE(synchronisation.by_fences) << synchronisation.why_not;
    EXPECT_EQ(synchronisation.name(), "sync_file");
}

TEST_F(GpuFences, GpuWaitsForALateWriterAndSeesTheNewPicture) {
    const Picture after = test_pattern(extent, 2);
    image().paint(test_pattern(extent, 1));
    const Vgem device;
    LateFence writer(device, image().buffer().fd(), LateFence::writes);

    std::atomic<bool> has_read = false;
    Picture seen;
    std::thread reader([&] {
        seen = gpu().read(image().imported(), image().buffer());
        has_read = true;
    });
    give_it_time_to_go_wrong();
    EXPECT_FALSE(has_read) << "the GPU read while a device was still writing";
    {
        const UnsyncedBytes bytes(image().buffer());
        write_pixels(after, image().layout(), bytes.get());
    }
    writer.signal();
    reader.join();
    EXPECT_EQ(seen, after);
}

TEST_F(GpuFences, WithoutFencesTheGpuSeesTheOldPicture) { // the control
    image().paint(test_pattern(extent, 1));
    const Vgem device;
    const LateFence writer(device, image().buffer().fd(), LateFence::writes);
    EXPECT_EQ(gpu().read(image().imported()), test_pattern(extent, 1));
}

TEST_F(GpuFences, CpuSeesWhatTheGpuWroteWithoutWaitingForIt) {
    const Picture picture = test_pattern(extent, 3);
    image().paint(picture);
    const Submission submission = gpu().write_negative(image().imported(), image().buffer());
    const Picture seen = image().cpu_view(); // SYNC start waits, in the kernel
    EXPECT_EQ(seen.at(5, 7).r, 255 - picture.at(5, 7).r);
    EXPECT_TRUE(is_idle(image().buffer(), Access::write));
}

TEST_F(GpuFences, ManySubmissionsInARowStayInOrder) {
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        const Picture picture = test_pattern(extent, seed);
        image().paint(picture);
        EXPECT_EQ(gpu().read(image().imported(), image().buffer()), picture) << seed;
    }
}

} // namespace
} // namespace parallax
