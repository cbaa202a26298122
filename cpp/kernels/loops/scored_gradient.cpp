#include "scored_gradient.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "block_sum.hpp"
#include "gram_scores.hpp"
#include "row_scores.hpp"
#include "score_products.hpp"

namespace implicitbias::kernels::level {

namespace {

/// Of samples or targets by class: from scores to what a loss sees, and from its weights to those of scores.
class ScoredGradient final : public Gradient {
 public:
  ScoredGradient(const InnerProblem& problem, std::unique_ptr<ScoreProducts> products)
      : products_(std::move(products)),
        loss_(loss_stage(problem.loss)),
        outputs_(problem.scores->outputs),
        seen_(problem.scores->each()),
        length_(score_length(problem)),
        stride_(in_whole_vectors(std::min(products_->block(), products_->count()))),
        y_(problem.y),
        sign_(problem.scores->classes ? -1 : 1),
        keeps_(problem.forgetful != nullptr),
        z_(outputs_ * stride_),
        sum_(products_->sum_size()),
        s_(outputs_ * (keeps_ ? in_whole_vectors(products_->count()) : stride_)) {
    if (const Index* classes = problem.scores->classes) {
      labels_.assign(classes, classes + problem.samples);
      own_classes_ = Vector::Zero(in_whole_vectors(products_->count()));
      label(nullptr);
    }
  }

  Weights at(std::int64_t t, const double* w, double* h) override {
    const Index* picked = products_->begin(t, w);
    if (picked && !labels_.empty()) label(picked);
    BlockSum sum(*loss_, sum_.data(), sum_.size());
    for_blocks([&](Index first, Index size, Index stride, double* s) {
      products_->predict(first, stride, z_.data());
      if (y_)
        subtract_targets(picked, first, size, stride);
      else if (!labels_.empty())
        to_margins(first, size, stride);
      else
        clear(size, stride);
      sum.weigh(z_.data(), seen_ * stride, s);
      if (!labels_.empty()) to_own_class(first, stride, s);
      products_->accumulate(first, s, stride, sum_.data());
    });
    const Weights weights = sum.weights();
    // With the weight of a pair the scores of its sample's class are to rise, those of the other to fall.
    products_->write(sum_.data(), sign_, h);
    return weights;
  }

  // A block that a later one has made smaller counts too much here, which is safe.
  double size(Index j) const override {
    double sum = 0;
    for_blocks([&](Index first, Index, Index stride, const double* s) {
      sum += products_->size(first, s + j / length_ * stride, stride, j % length_);
    });
    return sum;
  }

 private:
  /// Calls f(first, size, stride, s) for each block: its first sample, how many there are, how far apart the
  /// scores of two classes are, and where its weights go. Those of all blocks are kept where they are asked
  /// for again.
  template <class F>
  void for_blocks(const F& f) const {
    const Index count = products_->count();
    for (Index first = 0; first < count; first += stride_) {
      const Index size = std::min(stride_, count - first);
      f(first, size, in_whole_vectors(size), s_.data() + (keeps_ ? outputs_ * first : 0));
    }
  }

  static Index sample(const Index* picked, Index i) { return picked ? picked[i] : i; }

  /// Writes the classes of the samples as numbers that vectors of them are compared with.
  void label(const Index* picked) {
    for (Index i = 0; i < products_->count(); ++i)
      own_classes_[i] = static_cast<double>(labels_[static_cast<std::size_t>(sample(picked, i))]);
  }

  /// z_nc becomes the margin of n's own class over the c-th of the others.
  void to_margins(Index first, Index size, Index stride) {
    for (Index i = 0; i < stride; i += width) {
      const Wide own_class = load(own_classes_.data() + first + i);
      double* z = z_.data() + i;
      Wide own{};
      for (Index c = 0; c < outputs_; ++c)
        own = own_class == all(static_cast<double>(c)) ? load(z + c * stride) : own;
      for (Index c = 0; c < seen_; ++c) {
        const Wide here = load(z + c * stride), next = load(z + (c + 1) * stride);
        store(own - (own_class > all(static_cast<double>(c)) ? here : next), z + c * stride);
      }
    }
    clear(size, stride);
  }

  /// Where there is no sample, its margin is so large that it has no weight.
  void clear(Index size, Index stride) {
    for (Index c = 0; c < seen_; ++c)
      std::fill(z_.data() + c * stride + size, z_.data() + (c + 1) * stride,
                std::numeric_limits<double>::max());
  }

  /// Makes weights of classes of those of the others: a sample's own class has minus their sum.
  void to_own_class(Index first, Index stride, double* s) const {
    for (Index i = 0; i < stride; i += width) {
      const Wide own_class = load(own_classes_.data() + first + i);
      Wide own{}, here{};
      for (Index c = 0; c < seen_; ++c) own -= load(s + c * stride + i);
      for (Index c = seen_; c >= 0; --c) {
        const Wide before = c > 0 ? load(s + (c - 1) * stride + i) : Wide{};
        const Wide number = all(static_cast<double>(c));
        const Wide other = own_class > number ? here : before;
        store(own_class == number ? own : other, s + c * stride + i);
        here = before;
      }
    }
  }

  void subtract_targets(const Index* picked, Index first, Index size, Index stride) {
    for (Index c = 0; c < outputs_; ++c) {
      double* z = z_.data() + c * stride;
      for (Index i = 0; i < size; ++i) z[i] -= y_[sample(picked, first + i) * outputs_ + c];
      std::fill(z + size, z + stride, 0.0);
    }
  }

  std::unique_ptr<ScoreProducts> products_;
  std::unique_ptr<LossStage> loss_;
  Index outputs_;
  Index seen_;  // by the loss: scores, or margins
  Index length_, stride_;
  const double* y_;
  double sign_;
  bool keeps_;
  std::vector<Index> labels_;
  Vector z_, sum_, own_classes_;
  mutable Vector s_;  // of one block, or of all
};

template <class T>
std::unique_ptr<ScoreProducts> score_products(const InnerProblem& problem, const DenseRowsOf<T>& rows) {
  if (RowScores<T>::pays(problem)) return std::make_unique<RowScores<T>>(problem, rows);
  return std::make_unique<DenseScores<T>>(problem, rows);
}

template <class T>
std::unique_ptr<ScoreProducts> score_products(const InnerProblem& problem, const SparseRowsOf<T>& rows) {
  return std::make_unique<SparseScores<T>>(problem, rows);
}

}  // namespace

std::unique_ptr<Gradient> scored_gradient(const InnerProblem& problem, Variant variant) {
  if (variant == Variant::gram)
    return std::make_unique<ScoredGradient>(problem, std::make_unique<GramScores>(problem));
  return std::make_unique<ScoredGradient>(
      problem, std::visit([&](const auto& rows) { return score_products(problem, rows); }, problem.rows));
}

}  // namespace implicitbias::kernels::level
