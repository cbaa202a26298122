def test_an_empty_array_is_no_recording():
    problem = ib.Problem(np.eye(2), [1.0, 2.0], ib.Squared())
    with pytest.raises(ib.InvalidTypeError, match="^record: "):
        ib.paths.stagewise(problem, record=np.empty(0))
